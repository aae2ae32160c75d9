"""Sound on its way in: ten seconds are never lost, then the sender waits, then a gap is told."""

import asyncio

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audio.form import SoundForm
from app.audio.ring import BLOCK, SAMPLE_RATE, Block
from app.session.intake import Intake
from tests.session.builders import settle
from tests.storage.builders import in_loop

SECOND = bytes(2 * SAMPLE_RATE)


class Microphone:
    """Sends to an intake by the clock that sound itself makes."""

    def __init__(self, seconds: float = 10.0, waits: float = 30.0) -> None:
        self.lost: list[tuple[float, float]] = []
        self.intake = Intake(lambda at, s: self.lost.append((at, s)), seconds=seconds, waits=waits)
        self.at = 0.0

    async def send(self, message: bytes = SECOND, *, at: float | None = None) -> None:
        """Its last sample arrives just when it was made, or at another time."""
        self.at += len(message) / 2 / SAMPLE_RATE
        arrives = self.at if at is None else at
        await self.intake.put(arrives, message, patience=1.0, made=False)

    def heard(self) -> list[Block]:
        """What can be heard now, taken out."""
        blocks = []
        while (block := self.intake._ring.take()) is not None:
            blocks.append(block)
        return blocks

    @property
    def adds_up(self) -> bool:
        samples = self.intake.samples
        return samples.received == samples.analysed + samples.gapped + self.intake.buffered


async def hear(intake: Intake, blocks: int) -> list[Block]:
    heard = []
    for _ in range(blocks):
        heard.append(await intake.block())
        intake.heard()
    return heard


@given(sizes=st.lists(st.integers(0, 40_001), max_size=12))
def test_messages_of_any_length_give_the_same(sizes: list[int]) -> None:
    whole = (np.arange(sum(sizes) // 2 + 1) % 251).astype("<i2").tobytes()[: sum(sizes)]

    async def cut() -> bytes:
        microphone, at, blocks = Microphone(60.0), 0, list[Block]()
        for size in sizes:
            await microphone.send(whole[at : at + size])
            at += size
        microphone.intake.end()
        while microphone.intake.buffered:
            blocks += await hear(microphone.intake, 1)
        assert microphone.adds_up
        assert microphone.intake.samples.received == len(whole) // 2
        return b"".join(block.samples.tobytes() for block in blocks)

    assert asyncio.run(cut()) == whole[: len(whole) // 2 * 2]


@in_loop
async def test_ten_seconds_are_never_lost() -> None:
    microphone = Microphone()
    for _ in range(10):
        await asyncio.wait_for(microphone.send(), 5.0)
    assert (microphone.lost, microphone.intake.buffered) == ([], 10 * SAMPLE_RATE)
    assert microphone.adds_up


@in_loop
async def test_then_the_sender_waits_until_there_is_room() -> None:
    microphone = Microphone(seconds=2.0)
    sending = asyncio.create_task(microphone.send(5 * SECOND))
    await settle()
    assert not sending.done()
    blocks = await hear(microphone.intake, 3)
    await settle()
    assert not sending.done()
    assert microphone.adds_up
    blocks += await hear(microphone.intake, 6)
    await sending
    assert microphone.lost == []
    assert [round(block.at, 3) for block in blocks] == [round(n * 0.512, 3) for n in range(9)]
    assert microphone.intake.samples.received == 5 * SAMPLE_RATE
    assert microphone.adds_up


@in_loop
async def test_a_sender_that_waited_is_not_late() -> None:
    microphone = Microphone(seconds=1.0)
    await microphone.send()
    sending = asyncio.create_task(microphone.send())
    await asyncio.sleep(0.05)
    microphone.intake._clock.excuse(20.0)  # as if it had been so long
    blocks = await hear(microphone.intake, 3)
    await sending
    await microphone.send(SECOND[:6400], at=microphone.at + 20.0)
    microphone.intake.end()
    blocks += await hear(microphone.intake, 2)
    assert [block.begins for block in blocks] == [True, False, False, False, False]


@in_loop
async def test_who_waited_in_vain_loses_sound_and_it_is_told() -> None:
    microphone = Microphone(seconds=2.0, waits=0.05)
    await microphone.send(2 * SECOND)
    await microphone.send()
    assert microphone.lost == [(2.0, 1.0)]
    await asyncio.wait_for(microphone.send(), 0.04)  # nobody waits twice
    assert microphone.lost == [(2.0, 1.0), (3.0, 1.0)]
    assert microphone.adds_up
    await hear(microphone.intake, 3)
    await microphone.send()
    microphone.intake.end()
    (rest, after, end) = await hear(microphone.intake, 3)
    assert (round(rest.at, 3), rest.begins) == (1.536, False)
    assert (after.at, after.begins, end.begins) == (4.0, True, False)
    assert microphone.intake.samples.gapped == 2 * SAMPLE_RATE
    assert microphone.adds_up


@in_loop
async def test_whoever_goes_while_waiting_leaves_the_numbers_right() -> None:
    microphone = Microphone(seconds=1.0)
    await microphone.send()
    sending = asyncio.create_task(microphone.send())
    await settle()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert microphone.intake.samples.received == SAMPLE_RATE
    assert microphone.adds_up


@pytest.mark.parametrize(
    ("late", "begins"), [(0.0, None), (0.9, None), (1.1, 5.1), (3600.0, 3601.0)]
)
@in_loop
async def test_what_stays_late_leaves_a_gap(late: float, begins: float | None) -> None:
    microphone = Microphone()
    await microphone.send()
    for second in range(2, 6):
        await microphone.send(at=second + late)
    microphone.intake.end()
    blocks = microphone.heard()
    again = next((block.at for block in blocks[1:] if block.begins), None)
    assert again == (None if begins is None else pytest.approx(begins))


@in_loop
async def test_what_a_network_held_back_leaves_none() -> None:
    microphone = Microphone(seconds=60.0)
    await microphone.send()
    for _ in range(8):  # eight seconds, all at once
        await microphone.send(at=9.05)
    for second in range(10, 14):
        await microphone.send(at=float(second))
    microphone.intake.end()
    blocks = microphone.heard()
    assert sum(block.begins for block in blocks) == 1
    assert blocks[-1].ends_at == pytest.approx(13.0)


@in_loop
async def test_sound_faster_than_time_runs_ahead() -> None:
    microphone = Microphone()
    for _ in range(5):
        await microphone.send(at=0.01)
    microphone.intake.end()
    blocks = microphone.heard()
    assert [block.begins for block in blocks] == [True] + [False] * 9
    assert blocks[-1].ends_at - blocks[0].at == pytest.approx(5.0)


@in_loop
async def test_a_new_connection_continues_nothing() -> None:
    microphone = Microphone()
    await microphone.send(SECOND[:-1])
    microphone.intake.connect(SoundForm(rate=48_000))
    await microphone.send(3 * SECOND, at=2.0)
    microphone.intake.end()
    blocks = microphone.heard()
    assert [block.begins for block in blocks] == [True, False, True, False]
    assert sum(len(block.samples) for block in blocks) == 2 * SAMPLE_RATE - 1


@in_loop
async def test_what_nobody_wants_counts_as_gapped() -> None:
    microphone = Microphone()
    await microphone.send()
    microphone.intake.skip(SECOND)
    microphone.intake.clear()
    assert (microphone.intake.samples.received, microphone.intake.samples.gapped) == (
        32_000,
        32_000,
    )
    assert (microphone.adds_up, microphone.intake.buffered) == (True, 0)


@in_loop
async def test_a_block_that_cannot_be_heard_is_gapped() -> None:
    microphone = Microphone()
    await microphone.send()
    await microphone.intake.block()
    assert (microphone.intake.buffered, microphone.adds_up) == (SAMPLE_RATE, True)
    microphone.intake.unheard()
    assert (microphone.intake.samples.gapped, microphone.adds_up) == (BLOCK, True)
