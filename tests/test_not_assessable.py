"""Clips in trouble through real sockets: not assessable, and never an accusation."""

from collections.abc import Iterator, Sequence

import httpx
import pytest

from benchmarks.portrait import Act, Portrait, Scene, jpegs
from benchmarks.service import Service, running_service
from tests.media import blurred, darkened, decoded, empty_room, jpeg, needs_shared, video
from tests.test_episodes import Clip, Told, play_all


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service(PROCTOR_LOG_LEVEL="INFO") as running:
        yield running
        assert "Traceback" not in running.log.read_text()


TROUBLES = {
    "dark": "Picture too dark",
    "black": "Picture black",
    "blurred": "Picture blurred",
    "frozen": "Picture frozen",
    "frozen_and_encoded_anew": "Picture frozen",
    "few": "Too few pictures",
}
"""What befalls a clip, and the label of the one episode that it must raise."""
GOOD, BAD = 5.0, 20.0
"""Seconds of a clip before its trouble and in it; as long as the first, it is good again."""


def troubled(frames: Sequence[bytes], fps: float, face_pixels: float) -> dict[str, Clip]:
    """Good frames, the same in trouble, and good ones again; frames are played to and fro."""
    there_and_back = [*frames, *frames[::-1]]
    everything = (there_and_back * 50)[: round((2 * GOOD + BAD) * fps)]
    begin, end = round(GOOD * fps), round((GOOD + BAD) * fps)
    bad = everything[begin:end]
    still = decoded(bad[0])
    qualities = [jpeg(still, quality) for quality in (60, 75, 85, 92)]
    versions = {
        "dark": [darkened(data, 0.09) for data in bad],
        "black": [darkened(data, 0.0) for data in bad],
        "blurred": [blurred(data, 0.08 * face_pixels) for data in bad],
        "frozen": [bad[0]] * len(bad),
        "frozen_and_encoded_anew": [qualities[number // 20 % 4] for number in range(len(bad))],
    }
    clips = {
        name: Clip([*everything[:begin], *version, *everything[end:]], fps, speed=1.5)
        for name, version in versions.items()
    }
    rare = [(number, data) for number, data in enumerate(everything) if _comes(number / fps)]
    clips["few"] = Clip([data for _, data in rare], fps, times=[number / fps for number, _ in rare])
    return clips


def _comes(at: float) -> bool:
    """Whether the picture of this time is sent where too few are: one in two seconds."""
    return not GOOD <= at < GOOD + BAD or round(at * 100) % 200 < 4


def check_troubles(told: dict[str, Told], name: str) -> None:
    episode = told[name].only()
    assert told[name].words == []
    assert (episode["kind"], episode["label"]) == ("not_assessable", TROUBLES[name])
    assert episode["severity"] == "info"
    # Where pictures are few, five seconds are counted, and the next picture comes a second later.
    latest = 6.1 if name == "few" else 5.5
    assert GOOD - 2.0 < episode["started_at"] < GOOD + latest
    assert episode["told_at"] >= episode["started_at"] + 9.9
    assert GOOD + BAD - 0.5 < episode["ended_at"] < GOOD + BAD + 3.5


class TestTroubledPortrait:
    FPS = 10.0

    @pytest.fixture(scope="class")
    @classmethod
    def told(cls, service: Service) -> dict[str, Told]:
        acts = (Act(scene=Scene.FACING, seconds=8),)
        frames = list(jpegs(Portrait().frames(acts, fps=cls.FPS)))
        return play_all(service, **troubled(frames, cls.FPS, 165))

    @pytest.mark.parametrize("name", TROUBLES)
    def test_is_not_assessable_and_never_accused(self, told: dict[str, Told], name: str) -> None:
        check_troubles(told, name)

    def test_coverage_says_for_how_long(self, told: dict[str, Told], service: Service) -> None:
        session = httpx.get(f"{service.url}/v1/sessions/black").json()
        coverage = session["coverage"]
        assert coverage["not_assessable"]["Picture black"] == pytest.approx(BAD, abs=0.6)
        judged = coverage["judged"]["nobody"] * coverage["seconds"]
        assert judged == pytest.approx(2 * GOOD, abs=0.9)
        assert coverage["judged"]["phone"] == 0
        assert session["live"]["now"]["brightness"] > 0.3


@needs_shared
class TestTroubledVideo:
    @pytest.fixture(scope="class")
    @classmethod
    def told(cls, service: Service) -> dict[str, Told]:
        frames, fps = video("center_focus.mp4")
        clips = troubled(frames[::2], fps / 2, 293)
        return {
            name.removeprefix("video_"): told
            for name, told in play_all(
                service, **{f"video_{name}": clip for name, clip in clips.items()}
            ).items()
        }

    @pytest.mark.parametrize("name", TROUBLES)
    def test_is_not_assessable_and_never_accused(self, told: dict[str, Told], name: str) -> None:
        check_troubles(told, name)


class TestEmptyRoom:
    def test_raises_nobody_and_nothing_else(self, service: Service) -> None:
        frames = empty_room(640, 480, 200)
        told = play_all(service, room=Clip(frames, 10.0, speed=1.5))["room"]
        assert told.words == ["No Face Detected"]
        assert told.only()["ended_at"] is None
