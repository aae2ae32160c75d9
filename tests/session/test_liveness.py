"""A session suspects a picture of a person, from its looks to its alert."""

import pytest

from app.alerts.challenge import Answer, Challenge, Result, Side
from app.alerts.liveness import Suspicion
from app.session.liveness import STANDS
from app.types import (
    AlertKind,
    Edge,
    FaceObservation,
    Frame,
    FrameAnalysis,
    LivenessLook,
    Quality,
    Severity,
)
from tests.builders import face, quality
from tests.fakes import FakeInference, Show, showing
from tests.session.builders import Running, running
from tests.storage.builders import in_loop

BLACK = quality(brightness=0.0, contrast=0.0, sharpness=0.0, face_width=None)


def seen(network: float | None, bezel: float = 0.0, bad: Quality | None = None) -> Show:
    """Good pictures that change, unless they are `bad`."""
    sides = 2 if bezel else 0
    look = face(liveness=LivenessLook(network=network, bezel=bezel, bezel_sides=sides))

    def show(frame: Frame) -> FrameAnalysis:
        good = quality(seed=round(10 * frame.at))
        return showing(faces=(look,), face_count=1, quality=bad or good)(frame)

    return show


def spoofs(r: Running) -> list[tuple[Edge, Severity]]:
    alerts = [each.alert for each in r.log.stored]
    return [(a.edge, a.severity) for a in alerts if a.kind is AlertKind.SPOOF]


def seconds(count: int, since: int = 0) -> list[float]:
    return [float(since + number) for number in range(1, count + 1)]


@in_loop
async def test_a_picture_of_a_person_is_told_and_a_person_ends_it() -> None:
    async with running(inference=FakeInference(seen(0.02))) as r:
        await r.camera.show(*seconds(4))
        assert spoofs(r) == [(Edge.STARTED, Severity.CRITICAL)]
        evidence = r.log.stored[0].alert.evidence
        assert evidence["network_fraction"] == 0.02
        assert evidence["cues"] == "network"
        r.inference.show = seen(0.99)
        await r.camera.show(*seconds(6, since=4))
        assert [edge for edge, _ in spoofs(r)] == [Edge.STARTED, Edge.ENDED]


@in_loop
async def test_a_rim_without_networks_is_a_warning() -> None:
    async with running(inference=FakeInference(seen(None, bezel=1.0))) as r:
        await r.camera.show(*seconds(5))
        assert spoofs(r) == [(Edge.STARTED, Severity.WARNING)]
        assert r.log.stored[0].alert.evidence["bezel_side_count"] == 2


@in_loop
async def test_a_person_is_not_told() -> None:
    async with running(inference=FakeInference(seen(0.97, bezel=0.3))) as r:
        await r.camera.show(*seconds(20))
        assert spoofs(r) == []
        newest = r.session.eyes.liveness.newest
        assert newest is not None
        assert newest.suspicion is Suspicion.NONE


@in_loop
async def test_of_whom_nothing_is_known_nothing_was_judged() -> None:
    async with running(inference=FakeInference(seen(None, bezel=0.3))) as r:
        await r.camera.show(*seconds(8))
        newest, coverage = r.session.eyes.liveness.newest, r.session.coverage()
        assert newest is not None
        assert newest.suspicion is Suspicion.UNKNOWN
        assert coverage is not None
        assert coverage["judged"]["spoof"] == 0
        r.inference.show = seen(0.9)
        await r.camera.show(*seconds(8, since=8))
        coverage = r.session.coverage()
        assert coverage is not None
        assert 0.3 < coverage["judged"]["spoof"] < 0.6


def answered(result: Result, at: float) -> Answer:
    challenge = Challenge(id="7", side=Side.LEFT, degrees=25.0, begins=at - 4.0, seconds=6.0)
    return Answer(
        challenge=challenge,
        result=result,
        at=at,
        turned_degrees=30.0,
        reason=None,
        reaction_seconds=1.0,
        evaded=False,
    )


@in_loop
async def test_who_passed_and_then_holds_up_a_picture_is_told() -> None:
    async with running(inference=FakeInference(seen(None, bezel=0.7))) as r:
        r.session.challenge.newest = answered(Result.PASSED, at=0.5)
        await r.camera.show(*seconds(6))
        assert spoofs(r) == [(Edge.STARTED, Severity.WARNING)]


@in_loop
@pytest.mark.parametrize("gone", ["face", "connection"])
async def test_a_passed_challenge_is_that_faces_alone(gone: str) -> None:
    async with running(inference=FakeInference(seen(None))) as r:
        tenths = [number / 10 for number in range(1, 41)]
        await r.camera.show(*tenths)
        r.session.challenge.newest = answered(Result.PASSED, at=2.0)
        await r.camera.show(*(4 + tenth for tenth in tenths))
        assert known(r)
        if gone == "face":
            r.inference.show = showing(faces=(), face_count=0, quality=quality(face_width=None))
            await r.camera.show(*(8 + tenth for tenth in tenths[:15]))
            r.inference.show = seen(None)
        else:
            r.session.eyes.connect()
        await r.camera.show(*(9.5 + tenth for tenth in tenths))
        assert not known(r)


def known(r: Running) -> bool:
    """Whether something speaks for a person."""
    newest = r.session.eyes.liveness.newest
    return newest is not None and newest.confidence > 0


@in_loop
async def test_what_cannot_be_judged_is_no_spoof() -> None:
    async with running(inference=FakeInference(seen(0.0, bad=BLACK))) as r:
        await r.camera.show(*seconds(20))
        assert spoofs(r) == []
        assert r.session.eyes.liveness.newest is None


@in_loop
async def test_a_judgement_does_not_outlive_its_face() -> None:
    async with running(inference=FakeInference(seen(0.9))) as r:
        await r.camera.show(1.0)
        assert r.session.eyes.liveness.newest is not None
        r.inference.show = showing(faces=(), face_count=0, quality=quality(face_width=None))
        await r.camera.show(1.0 + STANDS)
        assert r.session.eyes.liveness.newest is not None
        await r.camera.show(1.1 + STANDS)
        assert r.session.eyes.liveness.newest is None


@in_loop
async def test_looks_that_were_not_asked_say_nothing() -> None:
    unasked: FaceObservation = face()
    show = showing(faces=(unasked,), face_count=1, quality=quality())
    async with running(inference=FakeInference(show)) as r:
        await r.camera.show(*seconds(5))
        assert r.session.eyes.liveness.newest is None


@in_loop
@pytest.mark.parametrize("every", [30, 60])
async def test_liveness_is_asked_about_at_its_own_cadence(every: int) -> None:
    async with running(liveness_every=every) as r:
        await r.camera.show(*(number / 30 for number in range(240)))
        asked = [look.frame.at for look in r.inference.looks if look.also.liveness]
        assert len(asked) in (240 // every, 240 // every + 1)
