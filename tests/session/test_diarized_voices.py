"""A session's sound, window by window."""

import asyncio
import itertools
from collections.abc import Callable

import numpy as np
import pytest

from app.audio.diarization import Diarization, LocalTurn
from app.session.diarized_voices import DiarizedVoices
from app.session.pyannote import Pyannote
from app.types import Voices
from tests.pipelines import needs_pyannote, random_pipeline, sample, seconds
from tests.session.test_pyannote import PATIENCE, running, until_state
from tests.storage.builders import in_loop


class Tones(Pyannote):
    """Takes the level of each second for who speaks in it; zeros are silence."""

    def __init__(self) -> None:
        super().__init__("nowhere")
        self.asked: list[str] = []

    async def diarize(self, who: str, newest: Callable[[], bytes | None]) -> Diarization | None:
        await asyncio.sleep(0)
        self.asked.append(who)
        if (pcm := newest()) is None:
            return None
        samples = np.frombuffer(pcm, "<i2")
        levels = samples[::16_000].tolist()
        people = sorted({*levels} - {0})
        return Diarization(
            seconds=len(samples) / 16_000,
            turns=tuple(
                LocalTurn(label=people.index(level), started_at=at, ended_at=at + 1)
                for at, level in enumerate(levels)
                if level
            ),
            embeddings=tuple(np.eye(8, dtype=np.float32)[level] for level in people),
        )


def tones(*spoken: tuple[int, int]) -> bytes:
    """Who, and for how many seconds."""
    return b"".join(np.full(16_000 * long, who, "<i2").tobytes() for who, long in spoken)


async def listen(voices: DiarizedVoices, pcm: bytes) -> list[Voices]:
    """As a session does: every second of sound it looks whether a window is due."""
    told = []
    for heard in range(1, len(pcm) // 32_000 + 1):
        if voices.due(heard):
            window = seconds(pcm, max(0, heard - 10), heard)
            found = await voices.hear(lambda window=window, heard=heard: (window, heard))  # type: ignore[misc]
            assert found is not None
            told.append(found)
    return told


@in_loop
async def test_every_5_seconds_the_last_10_are_looked_at() -> None:
    pyannote = Tones()
    voices = DiarizedVoices("s", pyannote)
    told = await listen(voices, tones((1, 30), (0, 5), (2, 6), (1, 19)))
    assert [each.at for each in told] == [5.0 * number for number in range(1, 13)]
    assert [each.speakers for each in told] == [1] * 7 + [2] * 5
    assert told[-1].speech == 55.0
    assert (told[-1].other_since, told[-1].other_until) == (35.0, 41.0)
    assert voices.missed == 0.0


@in_loop
async def test_enrolled_and_excused_by_sound() -> None:
    voices = DiarizedVoices("s", Tones())
    assert not await voices.enrol(tones((0, 5)))
    assert not await voices.excuse(b"")
    assert await voices.enrol(tones((2, 5), (1, 2)))
    assert await voices.excuse(tones((3, 5)))
    told = await listen(voices, tones((3, 20), (2, 20)))
    assert {each.speakers for each in told} == {1}
    assert told[-1].speech == 20.0
    last = (await listen(voices, tones((3, 20), (2, 20), (1, 10))))[-1]
    assert last.speakers == 2
    assert last.other_since == 40.0


@in_loop
async def test_what_no_window_had_is_counted() -> None:
    voices = DiarizedVoices("s", Tones())
    for at in (10.0, 40.0):
        assert await voices.hear(lambda at=at: (tones((1, 10)), at))  # type: ignore[misc]
    assert voices.missed == 20.0
    assert await voices.hear(lambda: (tones((1, 10)), 40.0)) is None, "it was looked at before"
    assert await voices.hear(lambda: (b"", 50.0)) is None
    assert not voices.due(44.9)
    assert voices.due(45.0)


@needs_pyannote
@pytest.mark.timeout(2 * PATIENCE)
@in_loop
async def test_a_conversation_through_the_process() -> None:
    async with running(random_pipeline()) as pyannote:
        await until_state(pyannote, "ready", "failed")
        voices = DiarizedVoices("s", pyannote)
        told = await listen(voices, sample())
        assert [each.at for each in told] == [5.0, 10.0, 15.0, 20.0, 25.0, 30.0]
        assert all(a.speech <= b.speech + 10 for a, b in itertools.pairwise(told))
        assert told[-1].speech > 0
        assert 0 <= told[-1].confidence <= 1
        for turn in told[-1].turns:
            assert 0 <= turn.started_at < turn.ended_at <= 30.0
            assert turn.speaker < told[-1].speakers
        assert await voices.enrol(seconds(sample(), 0, 10))
        after = await voices.hear(lambda: (seconds(sample(), 20, 30), 35.0))
        assert after is not None
        assert after.speakers >= 1
