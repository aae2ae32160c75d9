"""Blinks in series of eye aspect ratios, made up and of real videos."""

import math
from random import Random

import pytest

from app.vision.analyzer import Also, FrameAnalyzer, Tracking
from app.vision.blink import Blink, BlinkCounter, opening
from tests.builders import face
from tests.media import frame, needs_shared, video

Series = list[tuple[float, float | None]]


def course(
    *blinks: float,
    lasting: float = 0.2,
    deep: float = 0.25,
    rate: float = 30.0,
    until: float = 12.0,
    jitter: float = 0.0,
    opened: float = 0.3,
) -> Series:
    """An eye that is open but for blinks at these times, each of which lasts so long."""
    random = Random(3)
    series: Series = []
    for number in range(round(until * rate)):
        at = max(0.0, (number + random.uniform(-jitter, jitter)) / rate)
        nearest = min((abs(at - blink) for blink in blinks), default=math.inf)
        closed = min(max(0.0, (lasting / 2 - nearest) / 0.05), 1.0)
        ratio = opened * (1 - (1 - deep) * closed) * (1 + random.gauss(0, 0.02))
        series.append((at, ratio))
    return series


def blinks(series: Series) -> list[Blink]:
    counter = BlinkCounter()
    found = [blink for at, ratio in series for blink in counter.update(at, ratio)]
    assert counter.count == len(found)
    return found


@pytest.mark.parametrize("rate", [10.0, 15.0, 20.0, 30.0, 60.0])
@pytest.mark.parametrize("jitter", [0.0, 0.3])
@pytest.mark.parametrize("lasting", [0.2, 0.3, 0.45])
def test_every_blink_is_counted_once(rate: float, jitter: float, lasting: float) -> None:
    there = (2.0, 2.8, 5.03, 6.55, 9.97)
    found = blinks(course(*there, rate=rate, jitter=jitter, lasting=lasting))
    assert [blink.at for blink in found] == pytest.approx(there, abs=0.25)
    assert all(0.04 <= blink.seconds <= 0.6 for blink in found)


@pytest.mark.parametrize(
    "series",
    [
        course(),
        course(5.0, deep=0.72),  # a twitch
        course(5.0, lasting=1.0),  # eyes that are closed for a second
        course(5.0, rate=1.0),  # too few looks to know
        [(at, None) for at, _ in course(5.0)],
        [(at, None if abs(at - 5) < 0.1 else ratio) for at, ratio in course(5.0)],
    ],
)
def test_what_is_no_blink(series: Series) -> None:
    assert blinks(series) == []


@pytest.mark.parametrize("rate", [10.0, 30.0])
def test_a_look_downwards_and_a_nod_are_no_blinks(rate: float) -> None:
    series: Series = [
        (at, (ratio or 0) * (0.6 if 4 <= at < 7 else 1) * (0.8 + 0.15 * math.sin(at)))
        for at, ratio in course(2.0, 5.5, 9.0, rate=rate)
    ]
    assert [blink.at for blink in blinks(series)] == pytest.approx([2.0, 5.5, 9.0], abs=0.12)


def test_times_that_go_back_break_the_series_off() -> None:
    counter = BlinkCounter()
    for at, ratio in course(5.0, until=5.0) + course(2.0, until=4.0):
        counter.update(at, ratio)
    assert counter.count == 1


class TestRate:
    def test_is_per_measured_minute(self) -> None:
        counter = BlinkCounter()
        for at, ratio in course(*range(2, 60, 4), until=60.0):
            counter.update(at, ratio)
        assert counter.per_minute(60.0) == pytest.approx(15, abs=0.5)
        assert counter.per_minute(90.0) == pytest.approx(15, abs=2)
        assert counter.per_minute(125.0) is None

    def test_is_not_known_from_little(self) -> None:
        counter = BlinkCounter()
        for at, ratio in course(2.0, until=9.0):
            counter.update(at, ratio)
        assert counter.per_minute(9.0) is None

    def test_is_not_known_from_too_few_looks(self) -> None:
        counter = BlinkCounter()
        for at, ratio in course(rate=1.0, until=60.0):
            counter.update(at, ratio)
        assert counter.per_minute(60.0) is None


@pytest.mark.parametrize(
    ("seen", "sharpness", "trusted"),
    [
        (face(), 0.12, True),
        (face(), 0.07, False),
        (face(eye_width=10), 0.12, False),
        (face(yaw=-40), 0.12, False),
        (face(pitch=30), 0.12, False),
        (face(yaw=30, pitch=-20), 0.12, True),
    ],
)
def test_lids_are_trusted_where_they_can_be_seen(
    seen: object, sharpness: float, trusted: bool
) -> None:
    assert (opening(seen, sharpness) is not None) is trusted  # type: ignore[arg-type]


TRUE_BLINKS = {
    "center_focus.mp4": (),
    "center_left_center.mp4": (),
    "replay_phone_fake.mp4": (),  # a telephone shaken in a hand: blurred lids, no blink to be seen
    "webcam_gaze_calibrate.mp4": (1.10, 3.00),
}
"""Seconds of the blinks that a person found frame by frame."""


@needs_shared
class TestRealVideos:
    @pytest.fixture(scope="class")
    @classmethod
    def series(cls) -> dict[str, tuple[Series, float]]:
        """To and fro, so that nothing ends amid a blink, and how long one way is."""
        analyzer, found = FrameAnalyzer(), {}
        for name in TRUE_BLINKS:
            frames, fps = video(name)
            tracking, one_way = Tracking(), list[float | None]()
            for number, data in enumerate(frames):
                seen, tracking = analyzer(frame(data, number / fps), tracking, Also())
                assert seen.quality is not None
                one_way.append(
                    opening(seen.faces[0], seen.quality.sharpness) if seen.faces else None
                )
            both = [*one_way, *one_way[::-1]]
            found[name] = ([(n / fps, ratio) for n, ratio in enumerate(both)], fps)
        analyzer.close()
        return found

    @pytest.mark.parametrize("name", TRUE_BLINKS)
    def test_at_full_rate(self, series: dict[str, tuple[Series, float]], name: str) -> None:
        both, fps = series[name]
        turn = both[-1][0]
        there = [*TRUE_BLINKS[name], *(turn - blink for blink in TRUE_BLINKS[name][::-1])]
        assert [b.at for b in blinks(both)] == pytest.approx(there, abs=1 / fps)

    @pytest.mark.parametrize("name", TRUE_BLINKS)
    def test_at_ten_per_second_none_is_invented(
        self, series: dict[str, tuple[Series, float]], name: str
    ) -> None:
        """Those whose closed eyes fall on a look are counted: they last for one frame here."""
        both, fps = series[name]
        turn = both[-1][0]
        truth = [*TRUE_BLINKS[name], *(turn - blink for blink in TRUE_BLINKS[name][::-1])]
        step = round(fps / 10)
        for phase in range(step):
            looks = both[phase::step]
            seen = [t for t in truth if any(abs(at - t) < 0.4 / fps for at, _ in looks)]
            assert [b.at for b in blinks(looks)] == pytest.approx(seen, abs=0.01)
