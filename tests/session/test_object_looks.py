"""Objects are looked for beside the faces: neither waits for the other."""

from itertools import pairwise

import pytest

from app.errors import InvalidFrameError
from app.types import AlertKind, Frame, FrameAnalysis, ObjectClass
from tests.builders import detections
from tests.fakes import NOBODY, FakeInference, showing
from tests.session.builders import AT_ONCE, Running, running, settle, watched
from tests.storage.builders import in_loop

PHONE_AT_ONCE = {AlertKind.PHONE: AT_ONCE}


def seeing(**what: int) -> FakeInference:
    """A detector that always finds this, in the words of `builders.detections`."""
    inference = FakeInference()
    inference.show_objects = showing(detections=detections(**what))
    return inference


def looked_at(r: Running) -> list[float]:
    """Times of the frames in which objects were looked for."""
    return [frame.at for frame in r.inference.object_looks]


@in_loop
async def test_at_30_fps_objects_are_looked_for_once_per_second() -> None:
    async with running(inference=seeing(persons=1), face_every=3) as r:
        await r.camera.show(*(n / 30 for n in range(300)))
        looks = looked_at(r)
        assert len(looks) in (9, 10)  # the second one is later by the session's phase
        assert looks[0] == 0.0
        turns = [b - a for a, b in pairwise(looks[1:])]
        assert turns == pytest.approx([1.0] * len(turns), abs=0.05)
        assert len(r.inference.looks) == 100


@in_loop
async def test_without_a_detector_nobody_waits_for_one() -> None:
    async with running() as r:
        await r.camera.show(0.0, 0.1)
        assert (r.session.objects.counters.received, r.session.objects.waiting) == (0, 0)
        r.inference.show_objects = showing(detections=())
        await r.camera.show(0.2)
        assert looked_at(r) == [0.2]
        assert r.session.detections == ()


@in_loop
async def test_a_slow_look_for_objects_delays_no_face() -> None:
    async with running(inference=seeing(persons=1), objects_every=1) as r:
        r.inference.detected.clear()
        await r.camera.show(0.0, 0.1, 0.2, 0.3)
        assert r.inference.seen == [0.0, 0.1, 0.2, 0.3]
        assert (r.session.objects.in_work, r.session.objects.waiting) == (1, 1)
        r.inference.detected.set()
        await settle()
        assert looked_at(r) == [0.0, 0.3]  # the newest of those that waited
        assert r.session.objects.counters.superseded == 2


@in_loop
async def test_a_look_that_ends_after_later_faces_still_counts() -> None:
    async with running(
        watched(rules=PHONE_AT_ONCE), inference=seeing(phones=1), objects_every=1
    ) as r:
        for at in (0.0, 1.0):
            r.inference.detected.clear()
            await r.camera.show(at, at + 0.2, at + 0.4)
            r.inference.detected.set()
            await settle()
        assert "phone started" in r.log.told


@in_loop
async def test_a_person_without_a_face_is_somebody() -> None:
    inference = seeing(persons=1)
    async with running(watched(), inference=inference, objects_every=1) as r:
        await r.camera.show(0.0)
        inference.show = NOBODY
        await r.camera.show(0.5, 1.0, 1.5)
        assert r.log.told == []
        inference.show_objects = showing(detections=())
        await r.camera.show(2.0, 2.5)
        assert r.log.told == ["nobody started"]


@in_loop
async def test_unsure_detections_do_not_count() -> None:
    rules = {AlertKind.PHONE: {**AT_ONCE, "confidence_fraction": 0.8}}
    inference = FakeInference()
    sure = [0.79]

    def show(frame: Frame) -> FrameAnalysis:
        return showing(detections=detections(phones=1, confidence=sure[-1]))(frame)

    inference.show_objects = show
    async with running(watched(rules=rules), inference=inference, objects_every=1) as r:
        await r.camera.show(0.0, 1.0, 2.0)
        assert r.log.told == []
        assert (r.session.signals.persons, r.session.signals.phones) == (1, 0)
        sure.append(0.81)
        await r.camera.show(3.0, 4.0)
        assert r.log.told == ["phone started"]
        assert r.session.signals.phones == 1
        assert r.session.detections is not None
        assert {d.object_class for d in r.session.detections} == {
            ObjectClass.PERSON,
            ObjectClass.PHONE,
        }


@pytest.mark.parametrize(
    "trouble", [InvalidFrameError("undecodable"), RuntimeError("the detector broke")]
)
def test_a_look_that_fails_is_counted_and_the_next_one_comes(trouble: Exception) -> None:
    @in_loop
    async def run() -> None:
        inference = FakeInference()
        raising = [True]

        def show(frame: Frame) -> FrameAnalysis:
            if raising[0]:
                raise trouble
            return showing(detections=())(frame)

        inference.show_objects = show
        async with running(inference=inference, objects_every=1) as r:
            await r.camera.show(0.0)
            raising[0] = False
            await r.camera.show(1.0)
            counters = r.session.objects.counters
            assert (counters.received, counters.analysed) == (2, 1)
            assert counters.failed + counters.invalid.total() == 1
            assert r.session.frames.analysed == 2

    run()


@in_loop
async def test_while_paused_nothing_is_looked_for() -> None:
    async with running(inference=seeing(persons=1), objects_every=1) as r:
        r.session.info = watched(state="paused")
        await r.camera.show(0.0, 1.0)
        assert looked_at(r) == []
        assert r.session.objects.counters.not_due == 2


@in_loop
async def test_a_detector_that_goes_on_failing_is_told_once_and_shows_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    inference = seeing(phones=1)
    async with running(inference=inference, objects_every=1) as r:
        await r.camera.show(0.0)
        assert not r.session.objects.failing

        def broken(_: Frame) -> FrameAnalysis:
            raise RuntimeError("the detector broke")

        inference.show_objects = broken
        await r.camera.show(1.0, 2.0, 3.0)
        assert r.session.objects.failing
        assert [record.message for record in caplog.records] == ["analysing failed"]
        inference.show_objects = showing(detections=())
        await r.camera.show(4.0)
        assert not r.session.objects.failing
