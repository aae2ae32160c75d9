"""A session's ears: nothing is lost unsaid, whatever goes wrong."""

import asyncio
import time

import pytest

from app.audio.ring import BLOCK, SAMPLE_RATE
from app.errors import ClockError, ModelError
from app.session import intake
from app.types import AlertKind, Label, SessionState, Signal, Track
from tests.fakes import FakeSound
from tests.session.builders import publisher, running, settle, until
from tests.session.sounding import SECOND, samples, send
from tests.storage.builders import in_loop, session


@in_loop
async def test_sound_is_heard_in_blocks_and_needs_no_picture() -> None:
    async with running() as r:
        for at in range(3):
            await send(r, float(at))
        assert r.sound.heard == [BLOCK] * 5
        assert (samples(r).analysed, r.sound.begun) == (5 * BLOCK, 1)
        assert r.session.ears.voices is not None
        assert r.session.ears.voices.at == pytest.approx(5 * 0.512)


@in_loop
async def test_the_end_of_a_connection_is_heard_too() -> None:
    async with running() as r:
        microphone = publisher([])
        r.session.publish(Track.AUDIO, microphone)
        await send(r, 0.0)
        r.session.unpublish(Track.AUDIO, microphone)
        await settle()
        assert r.sound.heard == [BLOCK, 8192]  # 7808 samples, filled up to whole frames
        assert (samples(r).analysed, r.session.ears.intakes[Track.AUDIO].buffered) == (16_000, 0)


@in_loop
async def test_a_gap_in_time_begins_anew() -> None:
    async with running() as r:
        await send(r, 0.0)
        await send(r, 5.0)
        assert r.sound.begun == 2
        assert r.session.ears.voices is not None
        assert r.session.ears.voices.at == pytest.approx(5.512)


@in_loop
async def test_lost_sound_is_an_event_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "WAITS", 0.01)
    sound = FakeSound()
    async with running(session(), sound=sound) as r:
        sound.free.clear()
        for at in range(13):
            await send(r, float(at))
        assert samples(r).gapped >= 2 * SAMPLE_RATE
        await until(lambda: r.log.told == ["audio_gap started"])
        lost = samples(r).gapped / SAMPLE_RATE
        sound.free.set()
        await settle()
        for at in range(13, 18):
            await send(r, float(at))
        await until(lambda: r.log.told == ["audio_gap started", "audio_gap ended"])
        started, ended = (each.alert for each in r.log.stored)
        assert (started.severity, started.announced) == ("info", False)
        assert started.started_at == pytest.approx(10.5, abs=0.6)
        assert ended.ended_at == pytest.approx(13.0)
        assert ended.evidence["peak_lost_seconds"] == pytest.approx(lost, abs=0.01)


@in_loop
async def test_a_pause_is_not_heard_and_leaves_no_gap_event() -> None:
    async with running() as r:
        await send(r, 0.0)
        r.session.info = session(state=SessionState.PAUSED)
        r.session.end_episodes("paused")
        await send(r, 1.0)
        assert r.sound.heard == [BLOCK]
        assert samples(r).gapped == 2 * SAMPLE_RATE - BLOCK
        r.session.info = session()
        await send(r, 2.0)
        assert (r.sound.heard, r.sound.begun) == ([BLOCK, BLOCK], 2)
        assert r.log.told == []


@in_loop
async def test_a_failure_is_told_once_and_over_with_the_next_block(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sound = FakeSound()
    async with running(sound=sound) as r:
        sound.trouble = ModelError("broken")
        await send(r, 0.0)
        await send(r, 1.0)
        assert r.session.ears.failing
        assert (samples(r).analysed, samples(r).gapped) == (0, 3 * BLOCK)
        assert [record.message for record in caplog.records] == ["hearing failed"]
        sound.trouble = None
        await send(r, 2.0)
        assert not r.session.ears.failing
        assert samples(r).analysed == 2 * BLOCK


@in_loop
async def test_what_the_candidate_hears_is_counted_by_itself() -> None:
    async with running() as r:
        await send(r, 0.0, track=Track.REFERENCE)
        assert samples(r, Track.REFERENCE).analysed == BLOCK
        assert samples(r).received == 0
        assert r.session.ears.voices is None


@in_loop
async def test_pictures_wait_for_no_sound_and_sound_for_no_picture() -> None:
    sound = FakeSound()
    async with running(sound=sound) as r:
        sound.free.clear()
        await send(r, 0.0, 4 * SECOND)
        r.inference.show = lambda frame: (_ for _ in ()).throw(RuntimeError("blind"))
        await r.camera.show(1.0)
        assert r.session.frames.failed == 1
        sound.free.set()
        await settle()
        assert samples(r).analysed == 7 * BLOCK


@in_loop
async def test_its_coverage_is_kept_beside_that_of_its_pictures() -> None:
    async with running() as r:
        for at in range(4):
            await send(r, float(at))
        await r.camera.show(0.0, 1.0)
    [kept] = r.kept.coverage
    assert kept is not None
    assert kept["seconds"] == 1.0
    assert kept["sound"]["seconds"] == pytest.approx(6 * 0.512, abs=0.01)
    assert kept["sound"]["judged"] == {AlertKind.SEVERAL_SPEAKERS: 1.0}


@in_loop
async def test_closing_waits_for_nobody_who_sends() -> None:
    sound = FakeSound()
    async with running(sound=sound) as r:
        sound.free.clear()
        sending = asyncio.create_task(send(r, 0.0, 20 * SECOND))
        await settle()
        assert not sending.done()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert samples(r).analysed == 0


def several(at: float, *, heard: bool) -> Signal:
    return Signal(
        kind=AlertKind.SEVERAL_SPEAKERS,
        at=at,
        entered=heard,
        remains=heard,
        label=Label.SEVERAL_SPEAKERS,
        track=Track.AUDIO,
    )


@in_loop
async def test_an_episode_ends_where_no_more_sound_comes() -> None:
    async with running() as r:
        microphone = publisher([])
        r.session.publish(Track.AUDIO, microphone)
        await r.session.take(Track.AUDIO, SECOND, time.monotonic(), None)
        r.session._judge_sound([several(r.session.tracks.newest[Track.AUDIO], heard=True)])
        r.session.unpublish(Track.AUDIO, microphone)
        began = time.monotonic()
        for half in range(2 * 14):
            r.session.tick(began + half / 2)
        await settle()
        assert r.log.told[:2] == ["several_speakers started", "several_speakers ended"]


@in_loop
async def test_a_microphone_that_sends_nothing_is_told() -> None:
    async with running() as r:
        r.session.publish(Track.AUDIO, publisher([]))
        began = time.monotonic()
        for half in range(2 * 18):
            r.session.tick(began + half / 2)
        await settle()
        assert r.log.told == ["not_assessable started"]
        assert r.log.stored[0].alert.label is Label.TOO_LITTLE_SOUND


@in_loop
async def test_sound_that_cannot_be_heard_is_a_gap_too() -> None:
    sound = FakeSound()
    async with running(session(), sound=sound) as r:
        sound.trouble = ModelError("broken")
        await send(r, 0.0)
        await until(lambda: r.log.told == ["audio_gap started"])


@in_loop
async def test_what_is_under_way_at_a_pause_is_not_judged() -> None:
    sound = FakeSound()
    async with running(session(), sound=sound) as r:
        await send(r, 0.0)
        sound.free.clear()
        await send(r, 1.0)
        r.session.info = session(state=SessionState.PAUSED)
        r.session.end_episodes("paused")
        sound.free.set()
        await settle()
        r.session.info = session()
        await send(r, 300.0)
        assert r.session.ears.coverage.seconds == pytest.approx(0.0, abs=0.01)


@in_loop
async def test_who_waits_at_a_pause_is_not_heard() -> None:
    sound = FakeSound()
    async with running(session(), sound=sound) as r:
        sound.free.clear()
        sending = asyncio.create_task(send(r, 0.0, 15 * SECOND))
        await settle()
        r.session.info = session(state=SessionState.PAUSED)
        r.session.end_episodes("paused")
        await sending
        assert samples(r).gapped == 15 * SAMPLE_RATE - BLOCK
        assert r.session.ears.intakes[Track.AUDIO].buffered == BLOCK  # it was under way


@in_loop
async def test_microphone_and_reference_need_one_clock() -> None:
    async with running() as r:
        r.session.tracks.agree_on_clock(Track.AUDIO, source=False)
        with pytest.raises(ClockError, match="same"):
            r.session.tracks.agree_on_clock(Track.REFERENCE, source=True)
        r.session.tracks.agree_on_clock(Track.REFERENCE, source=False)
