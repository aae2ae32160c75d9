"""Sound that its sender lost, and says so when it connects."""

import time

import pytest

from app.audio.ring import BLOCK
from app.session.publisher import Publisher
from app.types import SessionState, Track
from tests.session.builders import Running, running, settle, until
from tests.session.sounding import SECOND, samples, send
from tests.storage.builders import in_loop, session


def resume(r: Running, missing: float, track: Track = Track.AUDIO) -> None:
    """A connection whose sender lost so many seconds before."""
    r.session.publish(track, Publisher(None, lambda why: None, missing))


@pytest.mark.parametrize(
    ("heard", "at", "missing", "began"),
    [
        (1, 10.0, 9.0, 1.0),
        (1, 10.0, 4.0, 6.0),
        (1, 10.0, 60.0, 1.0),  # what was heard was not lost
        (0, 100.0, 30.0, 70.0),  # the session was reopened by a new process
        (0, 10.0, 30.0, 0.0),
    ],
)
@in_loop
async def test_what_its_sender_lost_is_an_event(
    heard: int, at: float, missing: float, began: float
) -> None:
    async with running(session()) as r:
        if heard:
            await send(r, 0.0)
        resume(r, missing)
        await send(r, at)
        for later in range(1, 5):
            await send(r, at + later)
        await until(lambda: r.log.told == ["audio_gap started", "audio_gap ended"])
        started, ended = (each.alert for each in r.log.stored)
        assert (started.started_at, started.at) == (began, at)
        assert started.evidence == {"lost_seconds": missing}
        assert ended.ended_at == pytest.approx(at)
        assert samples(r).gapped == 0


@in_loop
async def test_a_loss_is_told_once_for_each_connection() -> None:
    async with running(session()) as r:
        for at in (10.0, 20.0):
            resume(r, 2.0)
            for later in range(5):
                await send(r, at + later)
        await until(lambda: r.log.told == ["audio_gap started", "audio_gap ended"] * 2)
        assert [each.alert.started_at for each in r.log.stored] == [8.0, 8.0, 18.0, 18.0]


@in_loop
async def test_a_loss_by_the_services_clock_ends_where_sound_goes_on() -> None:
    async with running(session(created_at=time.time() - 1000.0)) as r:
        now = time.monotonic()
        resume(r, 30.0)
        for later in range(5):
            await r.session.take(Track.AUDIO, SECOND, now + later, None)
            await settle()
        await until(lambda: r.log.told == ["audio_gap started", "audio_gap ended"])
        started, ended = (each.alert for each in r.log.stored)
        assert ended.ended_at is not None
        assert ended.ended_at - started.started_at == pytest.approx(30.0)


@in_loop
async def test_a_loss_of_the_reference_tells_nothing() -> None:
    async with running(session()) as r:
        resume(r, 5.0, Track.REFERENCE)
        await send(r, 10.0, track=Track.REFERENCE)
        await send(r, 11.0)
        assert (r.log.told, samples(r, Track.REFERENCE).analysed) == ([], BLOCK)


@in_loop
async def test_what_was_lost_before_sound_of_a_pause_is_not_told() -> None:
    async with running(session()) as r:
        r.session.info = session(state=SessionState.PAUSED)
        resume(r, 5.0)
        await send(r, 10.0)
        r.session.info = session()
        await send(r, 11.0)
        assert (r.log.told, r.sound.heard) == ([], [BLOCK])
