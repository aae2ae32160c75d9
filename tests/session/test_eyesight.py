"""What a session sees: quality, silence, lids and coverage, from its frames to its alerts."""

import time
from dataclasses import replace

import pytest

from app.alerts.rules import rules_for
from app.alerts.signals import Signals
from app.session.eyesight import Eyesight
from app.types import (
    AlertKind,
    AlertState,
    FrameAnalysis,
    Label,
    Purpose,
    Quality,
    SessionInfo,
    SessionState,
    Track,
)
from app.vision.decode import JpegHeader
from tests.builders import analysis, detections, face, quality
from tests.fakes import NOBODY, FakeInference, Show, showing
from tests.session.builders import AT_ONCE, Running, publisher, running, settle, watched
from tests.storage.builders import in_loop

BLACK = quality(brightness=0.0, contrast=0.0, sharpness=0.0, face_width=None)
SMALL = quality(face_width=30.0)
EMPTY = quality(face_width=None)


def all_at_once() -> SessionInfo:
    kinds = (AlertKind.NOBODY, AlertKind.NOT_ASSESSABLE, AlertKind.GAZE_AWAY, AlertKind.HEAD_TURNED)
    return watched(rules=dict.fromkeys(kinds, AT_ONCE))


def empty(seen: Quality | None) -> Show:
    return showing(faces=(), face_count=0, quality=seen)


def told(r: Running) -> list[str]:
    """Kinds, edges and labels."""
    return [f"{a.kind} {a.edge}: {a.label}" for a in (each.alert for each in r.log.stored)]


@in_loop
async def test_a_black_picture_is_nobodys_absence() -> None:
    async with running(all_at_once(), inference=FakeInference(empty(BLACK))) as r:
        await r.camera.show(1.0, 2.0)
        assert told(r) == ["not_assessable started: Picture black"]
        r.inference.show = empty(EMPTY)
        await r.camera.show(3.0)
        assert told(r)[1:] == [
            "not_assessable ended: Picture black",
            "nobody started: No Face Detected",
        ]
        assert not r.log.stored[0].alert.announced


@in_loop
async def test_without_quality_all_is_judged() -> None:
    async with running(all_at_once(), inference=FakeInference(empty(None))) as r:
        await r.camera.show(1.0)
        assert told(r) == ["nobody started: No Face Detected"]
        assert r.session.eyes.now.brightness is None


@in_loop
async def test_a_small_face_is_there_and_turned_but_has_no_gaze() -> None:
    turned = showing(faces=(face(yaw=50, gaze=(0, 40)),), face_count=1, quality=SMALL)
    async with running(all_at_once(), inference=FakeInference(turned)) as r:
        await r.camera.show(1.0)
        assert told(r) == [
            "not_assessable started: Face too small",
            "head_turned started: Head Left",
        ]
        assert r.session.signals.reading.gaze is None
        assert r.session.eyes.judges(AlertKind.HEAD_TURNED)
        assert not r.session.eyes.judges(AlertKind.GAZE_AWAY)


@in_loop
async def test_an_open_episode_stands_while_nothing_can_be_judged() -> None:
    async with running(all_at_once(), inference=FakeInference(empty(EMPTY))) as r:
        await r.camera.show(1.0)
        r.inference.show = empty(BLACK)
        await r.camera.show(2.0, 3.0)
        states = r.session.engine.states
        assert [kind for kind, state in states.items() if state is AlertState.FIRING] == [
            AlertKind.NOBODY,
            AlertKind.NOT_ASSESSABLE,
        ]


@pytest.mark.parametrize("rate", [30.0, 10.0, 1.0])
@in_loop
async def test_a_frozen_picture(rate: float) -> None:
    rules = {AlertKind.NOT_ASSESSABLE: {"clear_after": 0.0}, AlertKind.NOBODY: {"hold": 60.0}}
    async with running(watched(rules=rules), inference=FakeInference(empty(EMPTY))) as r:
        await r.camera.show(*(number / rate for number in range(round(16 * rate))))
        assert told(r) == ["not_assessable started: Picture frozen"]
        alert = r.log.stored[0].alert
        assert alert.started_at == 0.0
        assert alert.at == pytest.approx(10.0, abs=1 / rate)
        r.inference.show = empty(quality(face_width=None, seed=1))
        await r.camera.show(16.0)
        assert told(r)[1:] == ["not_assessable ended: Picture frozen"]


# Silence: no picture comes; the test moves the machine's clock


async def wait(r: Running, seconds: float) -> None:
    """Ticks, twice per second, from the newest frame on."""
    begun = time.monotonic()
    for number in range(round(seconds * 2) + 1):
        r.session.tick(begun + number / 2)
    await settle()


@in_loop
async def test_silence_of_a_camera_that_stops() -> None:
    async with running() as r:
        r.session.publish(Track.VIDEO, publisher([]))
        await r.camera.show(*(number / 10 for number in range(40)))
        await wait(r, 11)
        assert told(r) == []
        await wait(r, 13.5)
        assert told(r) == ["not_assessable started: Too few pictures"]
        alert = r.log.stored[0].alert
        assert alert.started_at == pytest.approx(3.9 + 3.0, abs=0.5)


@in_loop
async def test_silence_of_a_publisher_that_went() -> None:
    async with running() as r:
        gone = publisher([])
        r.session.publish(Track.VIDEO, gone)
        await r.camera.show(*(number / 10 for number in range(40)))
        r.session.unpublish(Track.VIDEO, gone)
        await wait(r, 15)
        assert told(r) == ["not_assessable started: Too few pictures"]


@in_loop
async def test_silence_of_a_publisher_that_never_sends() -> None:
    async with running(watched(created_at=time.time())) as r:
        r.session.publish(Track.VIDEO, publisher([]))
        await wait(r, 15)
        assert told(r) == ["not_assessable started: Too few pictures"]


@in_loop
async def test_without_a_publisher_no_picture_is_missing() -> None:
    async with running() as r:
        r.session.publish(Track.AUDIO, publisher([]))
        await wait(r, 30)
        assert told(r) == ["not_assessable started: Too little sound"]


@in_loop
async def test_silence_in_a_pause_is_as_it_should_be() -> None:
    async with running() as r:
        r.session.publish(Track.VIDEO, publisher([]))
        await r.camera.show(*(number / 10 for number in range(40)))
        r.session.info = replace(r.session.info, state=SessionState.PAUSED)
        await wait(r, 30)
        assert told(r) == []
        assert r.session.eyes.coverage.seconds == pytest.approx(3.9)


@in_loop
async def test_silence_ends_with_the_pictures() -> None:
    rules = {AlertKind.NOT_ASSESSABLE: {"clear_after": 1.0}}
    seen = showing(faces=(face(),), face_count=1, quality=quality())
    async with running(watched(rules=rules), inference=FakeInference(seen)) as r:
        r.session.publish(Track.VIDEO, publisher([]))
        await r.camera.show(*(number / 10 for number in range(40)))
        await wait(r, 15)
        await r.camera.show(*(20.0 + number / 10 for number in range(30)))
        assert told(r) == [
            "not_assessable started: Too few pictures",
            "not_assessable ended: Too few pictures",
        ]
        assert r.log.stored[1].alert.ended_at == pytest.approx(20.0, abs=0.2)


@in_loop
async def test_one_picture_per_second_is_judged() -> None:
    async with running(all_at_once(), inference=FakeInference(empty(EMPTY))) as r:
        rule = [number + 0.2 * (-1) ** number for number in range(1, 30)]
        for number, at in enumerate(rule):
            r.inference.show = empty(quality(face_width=None, seed=number))
            await r.camera.show(at)
        assert told(r) == ["nobody started: No Face Detected"]
        assert r.session.eyes.coverage.shares[AlertKind.NOBODY] > 0.99


@in_loop
async def test_one_picture_in_two_seconds_is_not() -> None:
    rules = {AlertKind.NOBODY: {"hold": 6.0}, AlertKind.NOT_ASSESSABLE: {"hold": 5.0}}
    async with running(watched(rules=rules), inference=FakeInference()) as r:
        for number in range(20):
            r.inference.show = empty(quality(face_width=None, seed=number))
            await r.camera.show(2.0 * number)
        assert told(r) == ["not_assessable started: Too few pictures"]


class TestLids:
    """Straight into an `Eyesight`: two minutes of lids are many pictures."""

    def play(self, purpose: Purpose, *, closed_share: float, sharpness: float = 0.15) -> Eyesight:
        """Two minutes with a blink every 5 s; in the second one eyes are closed for a share."""
        rules = rules_for(purpose, {})
        eyes = Eyesight(rules, Signals(rules))
        self.signals = set()
        for number in range(1200):
            at = number / 10
            shut = at >= 60 and at % 10 < 10 * closed_share
            blinks = number % 50 in (20, 21)
            ratio = 0.09 if shut or blinks else 0.3
            late = 0.001 * (number % 3)
            eyes.arrived(at, at + late, JpegHeader(640, 480, 1), by_source=False)
            self.signals |= {
                signal.kind
                for signal in eyes.update(self.seen(at, ratio, sharpness, number))
                if signal.entered
            }
        return eyes

    def seen(self, at: float, ratio: float, sharpness: float, number: int) -> FrameAnalysis:
        return analysis(
            at=at,
            faces=(face(eye_aspect_ratio=ratio),),
            quality=quality(sharpness=sharpness, seed=number % 7),
        )

    def test_blinks_are_counted_and_nobody_is_drowsy(self) -> None:
        now = self.play(Purpose.PERSONAL, closed_share=0.0).now
        assert now.blinks_per_minute == pytest.approx(12, abs=1)
        assert now.perclos == pytest.approx(0.04, abs=0.015)
        assert self.signals == set()

    def test_closed_eyes_are_drowsy(self) -> None:
        now = self.play(Purpose.PERSONAL, closed_share=0.3).now
        assert now.perclos == pytest.approx(0.32, abs=0.03)
        assert self.signals == {AlertKind.DROWSY}

    def test_blurred_lids_say_nothing(self) -> None:
        now = self.play(Purpose.PERSONAL, closed_share=0.3, sharpness=0.05).now
        assert (now.perclos, now.blinks_per_minute) == (None, None)
        assert self.signals == set()


@in_loop
async def test_objects_alone_go_by_the_newest_quality() -> None:
    rules = {AlertKind.PHONE: AT_ONCE}
    async with running(watched(rules=rules), inference=FakeInference(empty(BLACK))) as r:
        await r.camera.show(1.0)
        r.inference.show = showing(detections=detections(phones=1))
        await r.camera.show(2.0, 3.0)
        assert told(r) == []
        r.inference.show = showing(faces=(face(),), quality=quality())
        await r.camera.show(3.5)
        r.inference.show = showing(detections=detections(phones=1))
        await r.camera.show(4.0, 5.0)
        assert told(r) == ["phone started: Mobile Phone Detected"]


@in_loop
async def test_coverage_is_part_of_the_session() -> None:
    good = showing(faces=(face(),), face_count=1, quality=quality())
    async with running(inference=FakeInference(good)) as r:
        await r.camera.show(*(number / 10 for number in range(31)))
        r.inference.show = empty(BLACK)
        await r.camera.show(*(number / 10 for number in range(31, 41)))
        coverage = r.session.eyes.coverage.as_dict()
        assert coverage["seconds"] == 4.0
        assert coverage["judged"]["gaze_away"] == pytest.approx(0.75)
        assert coverage["not_assessable"] == {Label.BLACK: pytest.approx(1.0)}
        assert "drowsy" not in coverage["judged"]  # nobody asks for it in an exam


@in_loop
async def test_the_newest_numbers_are_there_without_a_picture() -> None:
    async with running(inference=FakeInference(NOBODY)) as r:
        now = r.session.eyes.now
        assert (now.sharpness, now.pictures_per_second, now.not_assessable) == (None, None, None)
