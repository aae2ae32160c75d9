"""One running session, its inference held and let go by the test."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import ClockError, InvalidFrameError
from app.session.publisher import Eviction
from app.session.session import Session
from app.types import AlertKind, AlertState, Frame, FrameAnalysis, SessionState, Track
from app.vision.analyzer import Tracking
from tests.builders import face
from tests.fakes import NOBODY, SOMEBODY, FakeInference, showing
from tests.media import jpeg, portrait
from tests.session.builders import (
    AT_ONCE,
    JPEG,
    LONG,
    Running,
    publisher,
    running,
    settle,
    stamped,
    watched,
)
from tests.storage.builders import in_loop

OUTCOMES = ("analysed", "not_due", "superseded", "stale", "failed")


def turn(session: Session, state: SessionState) -> None:
    """What the registry does when somebody asks for a pause or its end."""
    session.info = replace(session.info, state=state)
    if state is SessionState.PAUSED:
        session.end_episodes("paused")


def breaks(frame: Frame) -> FrameAnalysis:
    raise RuntimeError("the model is broken")


def cannot_be_decoded(frame: Frame) -> FrameAnalysis:
    raise InvalidFrameError("undecodable")


# Which frames are analysed


@in_loop
async def test_a_frame_becomes_an_analysis() -> None:
    async with running() as r:
        assert (r.session.analysis, r.session.face_count) == (None, None)
        await r.camera.show(1.5)
        assert r.session.analysis is not None
        assert r.session.analysis.at == 1.5
        assert r.session.face_count == 1
        assert 0.0 < r.session.latency < LONG
        [look] = r.inference.looks
        assert (look.frame.jpeg, look.frame.width, look.frame.orientation) == (JPEG, 64, 1)


@in_loop
async def test_the_newest_frame_wins_while_there_is_no_capacity() -> None:
    async with running() as r:
        r.inference.free.clear()
        for at in (1.0, 2.0, 3.0):
            r.camera.send(at)
            await settle()
        assert (r.session.frames.superseded, r.session.faces.waiting) == (2, 1)
        r.inference.free.set()
        await settle()
        assert r.inference.seen == [3.0]
        assert (r.session.frames.analysed, r.session.faces.waiting) == (1, 0)


@in_loop
async def test_the_newest_frame_wins_while_another_is_analysed() -> None:
    async with running() as r:
        r.inference.fast.clear()
        for at in (1.0, 2.0, 3.0):
            r.camera.send(at)
            await settle()
        r.inference.fast.set()
        await settle()
        assert r.inference.seen == [1.0, 3.0]
        assert r.session.frames.superseded == 1


@in_loop
async def test_a_frame_that_is_not_due_replaces_one_that_waits() -> None:
    async with running(face_every=3) as r:
        r.inference.free.clear()
        r.camera.send(0.0)
        await settle()
        r.camera.send(0.03)
        r.inference.free.set()
        await settle()
        await r.camera.show(0.06, 0.10)
        assert r.inference.seen == [0.03, 0.10]
        assert (r.session.frames.superseded, r.session.frames.not_due) == (1, 1)


@in_loop
async def test_at_30_fps_the_face_is_looked_at_ten_times_and_counted_once_per_second() -> None:
    async with running(face_every=3) as r:
        await r.camera.show(*(n / 30 for n in range(300)))
        assert len(r.inference.looks) == 100
        counts = [look.frame.at for look in r.inference.looks if look.also.count_faces]
        assert len(counts) in (9, 10)  # the second one is later by the session's phase
        assert counts[0] == 0.0
        assert r.session.frames.not_due == 200


@in_loop
async def test_stale_frames_are_skipped() -> None:
    async with running() as r:
        r.camera.send(1.0, age=LONG + 1)
        await settle()
        r.camera.send(2.0)
        await settle()
        assert r.inference.seen == [2.0]
        assert (r.session.frames.stale, r.session.frames.analysed) == (1, 1)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (stamped(1.0), "empty"),
        (stamped(1.0, b"\x89PNG"), "not_jpeg"),
        (stamped(1.0, JPEG[:30]), "truncated"),
        (b"short", "time_missing"),
        (stamped(0.5, JPEG), "time_backwards"),
        (stamped(9999.0, JPEG), "time_absurd"),
    ],
)
@in_loop
async def test_what_is_no_frame_is_counted_with_its_reason(message: bytes, reason: str) -> None:
    async with running() as r:
        await r.camera.show(1.0)
        clock = r.session.tracks.source_clock(Track.VIDEO)
        r.session.take_frame(message, time.monotonic(), clock)
        assert r.session.frames.invalid == {reason: 1}
        r.session.take_frame(stamped(2.0, JPEG), time.monotonic(), clock)
        await settle()
        assert r.inference.seen == [1.0, 2.0]


@in_loop
async def test_arrival_times_count_from_the_sessions_creation() -> None:
    async with running(watched(created_at=time.time() - 100.0)) as r:
        r.session.take_frame(JPEG, time.monotonic(), None)
        await settle()
        assert 100.0 <= r.inference.seen[0] < 100.0 + LONG


@in_loop
async def test_a_second_connection_continues_the_first_ones_times() -> None:
    async with running() as r:
        await r.camera.show(5.0)
        second = r.session.tracks.source_clock(Track.VIDEO)
        r.session.take_frame(stamped(4.0, JPEG), time.monotonic(), second)
        r.session.take_frame(stamped(6.0, JPEG), time.monotonic(), second)
        await settle()
        assert r.inference.seen == [5.0, 6.0]
        assert r.session.frames.invalid == {"time_backwards": 1}
        sound = r.session.tracks.source_clock(Track.AUDIO)  # which has sent nothing yet
        await r.session.take(Track.AUDIO, stamped(1.0, b"ab"), time.monotonic(), sound)
        assert r.session.ears.intakes[Track.AUDIO].samples.received == 1


# What goes wrong in an analysis


@in_loop
async def test_a_failing_analysis_is_logged_once_and_the_session_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running(inference=FakeInference(breaks)) as r:
        await r.camera.show(1.0, 2.0, 3.0)
        assert (r.session.frames.failed, r.session.frames.analysed) == (3, 0)
        [record] = caplog.records
        assert (record.getMessage(), record.__dict__["session"]) == ("analysing failed", "s")
        assert record.exc_info is not None
        r.inference.show = NOBODY
        await r.camera.show(4.0)
        assert r.session.frames.analysed == 1
        assert r.session.engine.states[AlertKind.NOBODY] is AlertState.FIRING


@in_loop
async def test_a_failing_judgement_does_not_end_the_session(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running(inference=FakeInference(showing(faces=("no face",)))) as r:
        await r.camera.show(1.0, 2.0)
        assert (r.session.frames.failed, r.session.frames.analysed) == (2, 0)
        assert [record.getMessage() for record in caplog.records] == ["analysing failed"]
        r.inference.show = SOMEBODY
        await r.camera.show(3.0)
        assert r.session.frames.analysed == 1


@in_loop
async def test_what_was_tracked_comes_back_until_an_analysis_fails() -> None:
    async with running() as r:
        await r.camera.show(1.0, 2.0)
        r.inference.show = breaks
        await r.camera.show(3.0)
        r.inference.show = SOMEBODY
        await r.camera.show(4.0)
        assert [look.tracking.misses for look in r.inference.looks] == [0, 1, 2, 0]
        assert r.inference.looks[0].tracking == Tracking()


@in_loop
async def test_a_count_that_could_not_be_made_is_made_in_the_next_frame() -> None:
    async with running(inference=FakeInference(cannot_be_decoded)) as r:
        await r.camera.show(0.0)
        assert r.session.frames.invalid == {"undecodable": 1}
        r.inference.show = SOMEBODY
        await r.camera.show(0.1, 0.2)
        assert [look.also.count_faces for look in r.inference.looks] == [True, True, False]


# Alerts


@in_loop
async def test_an_episode_is_stored_with_both_its_ends_and_announced() -> None:
    async with running(inference=FakeInference(NOBODY)) as r:
        await r.camera.show(1.0)
        assert r.log.told == ["nobody started"]
        r.inference.show = SOMEBODY
        await r.camera.show(2.0)
        assert r.log.told == ["nobody started", "nobody ended"]
        assert r.rung == ["s", "s"]
        start, end = (each.alert for each in r.log.stored)
        assert (start.at, end.ended_at, end.id) == (1.0, 2.0, start.id)
        assert start.announced
        assert not end.announced
        raised = r.session.raised
        assert [raised.take(each) is None for each in (start, end, start)] == [False, False, True]


@in_loop
async def test_only_so_many_delays_are_kept() -> None:
    async with running() as r:
        for n in range(40):
            r.inference.show = SOMEBODY if n % 2 else NOBODY
            await r.camera.show(float(n))
        assert len(r.log.stored) == 40
        kept = [r.session.raised.take(each.alert) is not None for each in r.log.stored]
        assert kept == [False] * 8 + [True] * 32


@in_loop
async def test_a_pause_ends_episodes_and_judges_nothing() -> None:
    async with running(inference=FakeInference(NOBODY)) as r:
        await r.camera.show(1.0)
        turn(r.session, SessionState.PAUSED)
        await settle()
        assert r.log.told == ["nobody started", "nobody ended"]
        assert r.log.stored[1].alert.evidence["closed_by"] == "paused"
        await r.camera.show(2.0, 3.0)
        assert r.session.frames.not_due == 2
        assert r.inference.seen == [1.0]
        turn(r.session, SessionState.RUNNING)
        await r.camera.show(4.0)
        assert r.log.told == ["nobody started", "nobody ended", "nobody started"]


@in_loop
async def test_a_frame_that_was_under_way_at_the_pause_is_not_judged() -> None:
    async with running(inference=FakeInference(NOBODY)) as r:
        r.inference.fast.clear()
        r.camera.send(1.0)
        await settle()
        turn(r.session, SessionState.PAUSED)
        r.inference.fast.set()
        await settle()
        assert (r.session.frames.analysed, r.log.stored) == (1, [])


@in_loop
async def test_closing_ends_what_is_open_and_stores_it() -> None:
    async with running(inference=FakeInference(NOBODY)) as r:
        await r.camera.show(1.0)
        r.log.answers.clear()
        r.inference.fast.clear()
        r.camera.send(2.0)
        await settle()
        closing = asyncio.create_task(r.session.close(Eviction.IDLE))
        await settle()
        assert not closing.done()  # the database has not answered yet
        assert r.inference.working == 0
        r.log.answers.set()
        await closing
        assert r.log.told == ["nobody started", "nobody ended"]
        assert r.log.stored[1].alert.evidence["closed_by"] == "idle"
        assert await r.log.open_episodes("s") == []
        assert set(r.session.engine.states.values()) == {AlertState.INACTIVE}


@in_loop
async def test_two_sessions_do_not_influence_each_other() -> None:
    inference = FakeInference()
    turned = showing(faces=(face(yaw=50.0, gaze=None),), face_count=1)
    rules = {AlertKind.HEAD_TURNED: AT_ONCE}
    async with (
        running(watched("a", rules=rules), inference=inference) as a,
        running(watched("b", rules=rules), inference=inference) as b,
    ):
        await a.camera.show(1.0)
        inference.show = turned
        await b.camera.show(100.0)
        inference.show = SOMEBODY
        await a.camera.show(2.0, 3.0)
        assert (a.log.told, b.log.told) == ([], ["head_turned started"])
        assert [look.tracking.misses for look in inference.looks] == [0, 0, 1, 2]
        assert (a.session.frames.analysed, b.session.frames.analysed) == (3, 1)
        await a.session.close(Eviction.STOPPED)
        await b.camera.show(101.0)
        assert b.log.told == ["head_turned started", "head_turned ended"]
        assert {each.session_id for each in b.log.stored} == {"b"}


@in_loop
async def test_a_mirrored_sessions_left_is_the_pictures_right() -> None:
    inference = FakeInference(showing(faces=(face(yaw=50.0, gaze=None),), face_count=1))
    rules = {AlertKind.HEAD_TURNED: AT_ONCE}
    async with (
        running(watched("a", rules=rules), inference=inference) as a,
        running(watched("b", rules=rules, mirrored=True), inference=inference) as b,
    ):
        await a.camera.show(1.0)
        await b.camera.show(1.0)
        assert a.log.stored[0].alert.label == "Head Left"
        assert b.log.stored[0].alert.label == "Head Right"


# Publishers


@in_loop
async def test_the_newest_publisher_of_a_track_wins() -> None:
    async with running() as r:
        first: list[Eviction] = []
        second: list[Eviction] = []
        sound: list[Eviction] = []
        older, newer = publisher(first), publisher(second)
        r.session.publish(Track.VIDEO, older)
        r.session.publish(Track.AUDIO, publisher(sound))
        assert [*r.session.tracks.publishing] == [Track.VIDEO, Track.AUDIO]
        r.session.publish(Track.VIDEO, newer)
        assert (first, second, sound) == ([Eviction.DISPLACED], [], [])
        r.session.unpublish(Track.VIDEO, older)  # the displaced one goes, and says so late
        assert Track.VIDEO in r.session.tracks.publishing
        await r.session.close(Eviction.STOPPED)
        assert (first, second, sound) == (
            [Eviction.DISPLACED],
            [Eviction.STOPPED],
            [Eviction.STOPPED],
        )
        assert [*r.session.tracks.publishing] == []


@in_loop
async def test_a_publisher_that_went_by_itself_is_not_told() -> None:
    async with running() as r:
        told: list[Eviction] = []
        gone = publisher(told)
        r.session.publish(Track.VIDEO, gone)
        r.session.unpublish(Track.VIDEO, gone)
        assert r.session.tracks.publishing == ()
        await r.session.close(Eviction.SHUTDOWN)
        assert told == []


# Tracks


@in_loop
async def test_a_track_keeps_the_clock_of_its_first_connection() -> None:
    async with running() as r:
        r.session.tracks.agree_on_clock(Track.VIDEO, source=True)
        r.session.tracks.agree_on_clock(Track.AUDIO, source=False)
        r.session.tracks.agree_on_clock(Track.VIDEO, source=True)
        with pytest.raises(ClockError, match="clock=source"):
            r.session.tracks.agree_on_clock(Track.VIDEO, source=False)


@in_loop
async def test_media_keeps_a_session_from_being_silent() -> None:
    async with running() as r:
        now = time.monotonic()
        r.session.take_frame(b"no picture", now + 1, None)
        assert r.session.tracks.active_at < now + 1
        r.session.take_frame(jpeg(portrait()), now + 2, None)
        assert r.session.tracks.active_at == now + 2
        await r.session.take(Track.AUDIO, b"whatever", now + 3, None)
        assert r.session.tracks.active_at == now + 3


# Everything at once

Step = Callable[[Running, float], Awaitable[None] | None]


async def let_in(r: Running, at: float) -> None:
    """One frame at most gets its lease."""
    r.inference.free.set()
    await settle()
    r.inference.free.clear()


async def end(r: Running, show: Callable[[Frame], FrameAnalysis]) -> None:
    """What is under way ends like this."""
    r.inference.show = show
    r.inference.fast.set()
    await settle()
    r.inference.fast.clear()


STEPS: dict[str, Step] = {
    "frame": lambda r, at: r.camera.send(at),
    "old frame": lambda r, at: r.camera.send(at, age=LONG + 1),
    "garbage": lambda r, at: r.camera.send(at, b"garbage"),
    "back in time": lambda r, at: r.camera.send(at - 1.0),
    "wait": lambda r, at: settle(),
    "capacity": let_in,
    "end": lambda r, at: end(r, NOBODY),
    "fail": lambda r, at: end(r, breaks),
    "undecodable": lambda r, at: end(r, cannot_be_decoded),
    "pause": lambda r, at: turn(r.session, SessionState.PAUSED),
    "go on": lambda r, at: turn(r.session, SessionState.RUNNING),
}


def check(r: Running) -> None:
    frames = r.session.frames
    done = {name: getattr(frames, name) for name in OUTCOMES}
    done["invalid"] = frames.invalid.total()
    assert frames.received == sum(done.values()) + r.session.faces.waiting + r.session.faces.in_work
    assert r.session.faces.in_work == r.inference.working
    for name, count in done.items():
        labels = {"outcome": name}
        assert r.metrics.registry.get_sample_value("proctor_frames_total", labels) == count
    assert r.inference.seen == sorted(set(r.inference.seen))  # no frame twice, none after a newer


@settings(deadline=None, max_examples=150)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from([0.001, 0.034, 0.1, 2.0])),
        max_size=60,
    ),
    face_every=st.sampled_from([1, 3]),
)
def test_the_counters_add_up_at_every_moment(
    steps: list[tuple[str, float]], face_every: int
) -> None:
    @in_loop
    async def play() -> None:
        async with running(face_every=face_every) as r:
            r.inference.free.clear()
            r.inference.fast.clear()
            at = 1.0
            for step, gap in steps:
                at += gap
                done = STEPS[step](r, at)
                check(r)
                if done is not None:
                    await done
                check(r)
            r.inference.free.set()
            r.inference.fast.set()
            await settle()
            check(r)
            assert (r.session.faces.waiting, r.inference.working) == (0, 0)

    play()
