"""What a session makes of its feed, from pictures to events."""

import math
from dataclasses import replace

import cv2
import numpy as np
import pytest

from app.alerts.rules import rules_for
from app.session.feed import Feed
from app.session.liveness import LivenessWatch
from app.types import (
    AlertKind,
    FaceObservation,
    Label,
    LivenessLook,
    Purpose,
    Quality,
    SessionInfo,
    Signal,
    Track,
)
from app.vision.blink import BlinkCounter
from tests.builders import analysis, face, quality
from tests.fakes import FakeInference, Show, showing
from tests.media import jpeg, room
from tests.session.builders import Running, publisher, running, settle, watched
from tests.storage.builders import in_loop

FEED_KINDS = (AlertKind.FEED_LOOP, AlertKind.FEED_TIMING, AlertKind.FEED_CHANGE)
RULES = rules_for(Purpose.EXAM, {})


def moved(at: float, period: float) -> Quality:
    """Of a picture in which something bright goes round once in each period, by fits and starts."""
    turn = 2 * math.pi * at / period
    x = 40 + 20 * math.sin(turn) + 9 * math.sin(3 * turn + 1) + 5 * math.sin(7 * turn)
    y = 30 + 12 * math.sin(2 * turn + 2) + 7 * math.sin(5 * turn)
    thumbnail = np.full((60, 80), 60, np.uint8)
    cv2.circle(thumbnail, (round(16 * x), round(16 * y)), 16 * 9, 200, -1, cv2.LINE_AA, 4)
    return replace(quality(), thumbnail=thumbnail, noise=0.5)


class Player:
    """Plays looks into a `Feed`, ten a second."""

    def __init__(self) -> None:
        self.feed = Feed(RULES)
        self.at = 0.0
        self.size = 640, 480
        self.noise = 0.5
        self.by_source = False
        self.faces: tuple[FaceObservation, ...] | None = None
        """In each look."""

    def play(self, seconds: float, period: float = 1000.0) -> list[Signal]:
        """Signals of what is odd."""
        odd: list[Signal] = []
        for _ in range(round(10 * seconds)):
            late = 0.004 * math.sin(100 * self.at)
            self.feed.arrived(
                self.at,
                self.at + late,
                width=self.size[0],
                height=self.size[1],
                orientation=1,
                by_source=self.by_source,
            )
            seen = replace(moved(self.at, period), noise=self.noise)
            signals = self.feed.update(analysis(at=self.at, faces=self.faces), seen)
            odd += [signal for signal in signals if signal.entered]
            self.at += 0.1
        return odd


@pytest.fixture
def player() -> Player:
    return Player()


def test_a_loop(player: Player) -> None:
    signals = player.play(25, period=6.3)
    loop = player.feed.loop
    assert loop is not None
    assert loop.period_seconds == pytest.approx(6.3, abs=0.05)
    assert {signal.kind for signal in signals} == {AlertKind.FEED_LOOP}
    newest = signals[-1]
    assert newest.evidence["period_seconds"] == loop.period_seconds
    assert newest.evidence["matched_seconds"] == loop.matched_seconds
    assert newest.since == pytest.approx(newest.at - loop.matched_seconds)
    assert newest.evidence["person"] == "not known"


def test_a_loop_tells_whether_the_person_repeats(player: Player) -> None:
    player.faces = (face(),)
    signals = player.play(25, period=6.3)
    assert signals[-1].evidence["person"] == "repeats"


@pytest.mark.parametrize(("seconds", "word"), [(2.5, "repeats"), (4.0, "not known")])
def test_a_face_is_taken_to_stay_for_seconds(player: Player, seconds: float, word: str) -> None:
    """It was seen last so long before the loop was found."""
    found_at = player.play(25, period=6.3)[0].at
    again = Player()
    again.faces = (face(),)
    assert again.play(found_at - seconds, period=6.3) == []
    again.faces = None
    signal = again.play(25, period=6.3)[0]
    assert signal.at == pytest.approx(found_at)
    assert signal.evidence["person"] == word


@pytest.mark.parametrize(("faces", "counts"), [((face(),), True), (None, False)])
def test_only_a_loop_of_the_person_is_a_cue_of_liveness(
    player: Player, faces: tuple[FaceObservation, ...] | None, counts: bool
) -> None:
    player.faces = faces
    player.play(30, period=6.3)
    assert player.feed.loop is not None
    watch = LivenessWatch(RULES[AlertKind.SPOOF], BlinkCounter(), player.feed)
    look = face(liveness=LivenessLook(network=None, bezel=0.0))
    for number in range(5):
        watch.update(player.at + number, look, quality(), None)
    assert watch.newest is not None
    assert (watch.newest.fraction < 0.5) is counts


def test_what_moves_otherwise_is_none_and_says_so(player: Player) -> None:
    assert player.play(25) == []
    signals = player.feed.update(analysis(at=player.at), moved(player.at, 1000.0))
    assert AlertKind.FEED_CHANGE in {signal.kind for signal in signals}
    assert player.feed.loop is None


def test_the_times_of_a_file(player: Player) -> None:
    player.by_source = True
    assert player.play(50) == []
    assert player.feed.regular is None
    signals = player.play(50)
    assert {signal.kind for signal in signals} == {AlertKind.FEED_TIMING}
    regular = player.feed.regular
    assert regular is not None
    assert signals[-1].evidence["picture_count"] == regular.pictures >= 600
    assert signals[-1].evidence["jitter_milliseconds"] == regular.jitter_milliseconds < 0.01


def test_another_size(player: Player) -> None:
    player.play(5)
    player.size = 1280, 720
    (signal,) = player.play(5)
    assert (signal.kind, signal.label) == (AlertKind.FEED_CHANGE, Label.SIZE_CHANGED)
    assert signal.evidence == {
        "width_before_pixels": 640.0,
        "height_before_pixels": 480.0,
        "width_pixels": 1280.0,
        "height_pixels": 720.0,
        "aspect_changed": "yes",
    }
    assert player.feed.changed_at == signal.since == pytest.approx(5.0)


def test_another_noise(player: Player) -> None:
    player.play(25)
    player.noise = 3.0
    (signal,) = player.play(6)
    assert (signal.kind, signal.label) == (AlertKind.FEED_CHANGE, Label.NOISE_CHANGED)
    assert signal.evidence["noise_before_levels"] == pytest.approx(0.5)
    assert signal.evidence["noise_levels"] == pytest.approx(3.0)
    assert player.feed.changed_at == pytest.approx(25.0, abs=0.5)


def test_noise_that_comes_with_another_size_is_no_second_change(player: Player) -> None:
    player.play(25)
    player.noise, player.size = 3.0, (1280, 720)
    (signal,) = player.play(10)
    assert signal.label is Label.SIZE_CHANGED


def test_another_connection_may_have_another_size_and_noise(player: Player) -> None:
    player.play(25)
    player.feed.connect()
    player.noise, player.size = 3.0, (1280, 720)
    assert player.play(10) == []


def test_a_loop_outlives_a_connection_but_no_pause(player: Player) -> None:
    player.play(25, period=6.3)
    player.feed.connect()
    assert player.feed.loop is not None
    player.feed.interrupt()
    assert player.feed.loop is None
    assert player.play(8, period=6.3) == []


# Through a session


def alone() -> SessionInfo:
    """All other rules are off."""
    others = set(AlertKind) - {*FEED_KINDS, AlertKind.NOT_ASSESSABLE}
    rules: dict[AlertKind, dict[str, float | bool]] = {kind: {"enabled": False} for kind in others}
    return watched(rules=rules)


def told(r: Running) -> list[str]:
    return [f"{a.kind} {a.edge}: {a.label}" for a in (each.alert for each in r.log.stored)]


def bright(number: int) -> Show:
    return showing(faces=(), quality=quality(face_width=None, seed=number))


async def show(r: Running, begin: float, seconds: float, size: tuple[int, int]) -> None:
    picture = jpeg(room(*size))
    for number in range(round(5 * seconds)):
        r.inference.show = bright(number % 3)
        r.camera.send(begin + number / 5, picture)
        await settle()


SIZE_CHANGED = [
    "feed_change started: Picture size changed",
    "feed_change ended: Picture size changed",
]


@in_loop
async def test_a_session_tells_both_ends() -> None:
    async with running(alone(), inference=FakeInference(bright(0))) as r:
        await show(r, 0.0, 3.0, (640, 480))
        await show(r, 3.0, 3.0, (320, 240))
        assert told(r) == SIZE_CHANGED
        start, end = (each.alert for each in r.log.stored)
        assert start.evidence["aspect_changed"] == "no"
        assert start.started_at == pytest.approx(3.0, abs=0.01)
        assert end.ended_at == pytest.approx(4.0, abs=0.21)
        assert not start.announced


@in_loop
async def test_a_black_picture_has_no_size() -> None:
    """A camera that is switched off may be sent as a small black picture."""
    async with running(alone(), inference=FakeInference(bright(0))) as r:
        await show(r, 0.0, 3.0, (640, 480))
        black = quality(brightness=0.0, contrast=0.0, sharpness=0.0, face_width=None)
        r.inference.show = showing(faces=(), quality=black)
        picture = jpeg(room(320, 240))
        for number in range(20):
            r.camera.send(3.0 + number / 5, picture)
            await settle()
        await show(r, 7.0, 3.0, (640, 480))
        assert [each for each in told(r) if each.startswith("feed")] == []


@in_loop
async def test_after_another_publisher_another_size_is_none() -> None:
    async with running(alone(), inference=FakeInference(bright(0))) as r:
        await show(r, 0.0, 3.0, (640, 480))
        r.session.publish(Track.VIDEO, publisher([]))
        await show(r, 3.0, 3.0, (320, 240))
        assert told(r) == []
