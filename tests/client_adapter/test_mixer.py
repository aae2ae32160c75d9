"""What a candidate hears."""

import asyncio

import numpy as np

from client_adapter.mixer import HELD, Mixer
from tests.client_adapter.seen import in_loop


def piece(level: int) -> bytes:
    return np.full(1600, level, "<i2").tobytes()


def level(pcm: bytes | None) -> int:
    assert pcm is not None
    (value,) = set(np.frombuffer(pcm, "<i2").tolist())
    return int(value)


async def nothing(pcm: bytes) -> None:
    raise AssertionError("nobody waits here")


def with_voices(**voices: list[int]) -> Mixer:
    mixer = Mixer(nothing)
    for voice, levels in voices.items():
        for each in levels:
            mixer.put(voice, piece(each))
    return mixer


@in_loop
async def test_one_voice_passes_unchanged() -> None:
    mixer = with_voices(anna=[1, 2, 3])
    assert [level(mixer.mix()) for _ in range(3)] == [1, 2, 3]
    assert mixer.mix() is None
    await mixer.close()


@in_loop
async def test_voices_are_added_and_never_wrap_around() -> None:
    mixer = with_voices(anna=[100, 30_000], ben=[23, 30_000], eva=[-1, -3])
    assert level(mixer.mix()) == 122
    assert level(mixer.mix()) == 32_767
    await mixer.close()


@in_loop
async def test_a_voice_is_heard_once_it_is_ahead() -> None:
    mixer = with_voices(anna=[1])
    assert mixer.mix() is None
    mixer.put("anna", piece(2))
    assert level(mixer.mix()) == 1
    await mixer.close()


@in_loop
async def test_who_falls_behind_holds_up_nobody() -> None:
    mixer = with_voices(anna=[1, 1, 1, 1], ben=[5, 5])
    assert [level(mixer.mix()) for _ in range(4)] == [6, 6, 1, 1]
    await mixer.close()


@in_loop
async def test_what_is_not_taken_is_bounded() -> None:
    mixer = with_voices(anna=[*range(50)])
    assert [level(mixer.mix()) for _ in range(HELD)] == [*range(50 - HELD, 50)]
    assert mixer.mix() is None
    await mixer.close()


@in_loop
async def test_who_is_gone_is_not_heard() -> None:
    mixer = with_voices(anna=[1, 1], ben=[5, 5])
    mixer.remove("ben")
    mixer.remove("nobody")
    assert level(mixer.mix()) == 1
    await mixer.close()


@in_loop
async def test_pieces_are_sent_in_their_order() -> None:
    sent: list[int] = []

    async def send(pcm: bytes) -> None:
        sent.append(level(pcm))

    mixer = Mixer(send)
    for number in range(5):
        mixer.put("anna", piece(number))
    async with asyncio.timeout(20):
        while len(sent) < 5:
            await asyncio.sleep(0.01)
    assert sent == [0, 1, 2, 3, 4]
    await mixer.close()
