"""What becomes known of each look: its picture's number, its stages, and who is shown it."""

import time
from dataclasses import replace

import pytest

from app.session.publisher import Eviction
from app.types import Frame, FrameAnalysis, SessionState, Track
from tests.fakes import FakeInference, showing
from tests.session.builders import LONG, publisher, running, settle, stamped
from tests.storage.builders import in_loop


def in_stages(frame: Frame) -> FrameAnalysis:
    return replace(showing(faces=())(frame), stages={"decode": 0.25, "mesh": 0.5})


@in_loop
async def test_pictures_are_numbered_as_they_arrive_the_unusable_ones_too() -> None:
    async with running(face_every=3) as r:
        evictions: list[Eviction] = []
        r.session.publish(Track.VIDEO, publisher(evictions))
        await r.camera.show(0.0)  # looked at
        r.camera.send(0.03, b"no picture")
        await r.camera.show(0.04, 0.08, 0.1, 0.14)  # the second and the fourth are looked at
        r.session.take_frame(b"short", time.monotonic(), r.session.tracks.source_clock(Track.VIDEO))
        await r.camera.show(0.2)
        assert [(each.at, each.number) for each in r.shown] == [(0.0, 1), (0.1, 5), (0.2, 8)]


@in_loop
async def test_another_connection_counts_anew() -> None:
    async with running() as r:
        evictions: list[Eviction] = []
        r.session.publish(Track.VIDEO, publisher(evictions))
        await r.camera.show(0.0, 0.1)
        r.session.publish(Track.AUDIO, publisher(evictions))  # changes nothing
        await r.camera.show(0.2)
        r.session.publish(Track.VIDEO, publisher(evictions))
        await r.camera.show(0.3, 0.4)
        assert [each.number for each in r.shown] == [1, 2, 3, 1, 2]


@in_loop
async def test_a_look_tells_how_long_its_picture_waited_and_each_stage_took() -> None:
    async with running(inference=FakeInference(in_stages)) as r:
        r.camera.send(1.0, age=LONG / 2)
        await settle()
        assert r.session.analysis is not None
        waiting, *others = r.session.analysis.stages.items()
        assert others == [("decode", 0.25), ("mesh", 0.5)]
        assert waiting[0] == "waiting"
        assert LONG / 2 <= waiting[1] <= r.session.latency


@in_loop
async def test_the_stages_of_the_newest_look_for_objects_stay() -> None:
    inference = FakeInference()
    inference.show_objects = lambda frame: replace(
        showing(detections=())(frame), stages={"decode": 0.125, "objects": frame.at}
    )
    async with running(inference=inference) as r:
        assert r.session.object_stages == {}
        await r.camera.show(1.0, 1.1)
        assert r.session.object_stages == {"decode": 0.125, "objects": 1.0}


@in_loop
async def test_a_look_that_ends_in_a_pause_is_shown_to_nobody() -> None:
    async with running() as r:
        await r.camera.show(1.0)
        r.inference.fast.clear()
        r.camera.send(2.0)
        await settle()
        r.session.info = replace(r.session.info, state=SessionState.PAUSED)
        r.inference.fast.set()
        await settle()
        await r.camera.show(3.0)
        assert r.inference.seen == [1.0, 2.0]
        r.session.info = replace(r.session.info, state=SessionState.RUNNING)
        await r.camera.show(4.0)
        assert [each.at for each in r.shown] == [1.0, 4.0]


@pytest.mark.parametrize("message", [b"", stamped(2.0, b"\xff\xd8\xff")])
@in_loop
async def test_what_cannot_be_looked_at_is_shown_to_nobody(message: bytes) -> None:
    async with running() as r:
        r.session.take_frame(message, time.monotonic(), r.session.tracks.source_clock(Track.VIDEO))
        await settle()
        assert r.shown == []
