"""The local inference: real models, real pictures, and turns in their order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from app.errors import InvalidFrameError
from app.session.inference import LocalInference
from app.types import Frame
from app.vision.analyzer import Also, Tracking
from tests.media import frame, jpeg, portrait, room
from tests.session.builders import settle
from tests.storage.builders import in_loop


@asynccontextmanager
async def inference(threads: int = 1) -> AsyncIterator[LocalInference]:
    local = LocalInference(threads)
    await local.start()
    try:
        yield local
    finally:
        await local.close()


async def faces(local: LocalInference, picture: Frame, tracking: Tracking | None = None) -> int:
    """How many it counts."""
    async with local.lease() as lease:
        found, _ = await lease.analyse(picture, tracking or Tracking(), Also(count_faces=True))
    assert (found.at, found.received_at) == (picture.at, picture.received_at)
    assert found.face_count is not None
    return found.face_count


@in_loop
async def test_a_picture_is_analysed() -> None:
    async with inference() as local, local.lease() as lease:
        found, tracking = await lease.analyse(
            frame(jpeg(portrait()), at=3.5), Tracking(), Also(count_faces=True)
        )
        assert (found.at, found.width, found.height, found.face_count) == (3.5, 512, 512, 1)
        assert found.faces
        assert tracking.region is not None
        again, _ = await lease.analyse(frame(jpeg(portrait())), tracking, Also())
        assert again.faces
        assert again.face_count is None


@in_loop
async def test_sessions_on_several_threads_do_not_influence_each_other() -> None:
    somebody, nobody = frame(jpeg(portrait())), frame(jpeg(room()))
    async with inference(threads=2) as local:
        counts = await asyncio.gather(*(faces(local, p) for p in (somebody, nobody) * 6))
    assert counts == [1, 0] * 6


@in_loop
async def test_turns_come_in_the_order_of_asking() -> None:
    turns: list[str] = []
    async with inference() as local:

        async def session(name: str) -> None:
            for _ in range(4):  # it asks again as soon as it was served
                async with local.lease():
                    turns.append(name)
                    await asyncio.sleep(0)

        await asyncio.gather(*(session(name) for name in "abcdef"))
    assert "".join(turns) == "abcdef" * 4


@in_loop
async def test_a_lease_ends_by_being_left_even_through_an_error() -> None:
    async with inference() as local:
        with pytest.raises(ZeroDivisionError):
            async with local.lease():
                raise ZeroDivisionError
        assert await faces(local, frame(jpeg(portrait()))) == 1


@pytest.mark.parametrize("served", [False, True])
@in_loop
async def test_one_who_stops_waiting_gives_the_place_to_the_next(served: bool) -> None:
    """Before the turn came, or in the moment between its coming and its being taken."""
    turns: list[str] = []
    async with inference() as local:

        async def session(name: str) -> None:
            async with local.lease():
                turns.append(name)

        async with local.lease():
            waiting = [asyncio.create_task(session(name)) for name in "abc"]
            await settle()
            if not served:
                waiting[0].cancel()
        if served:
            waiting[0].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert waiting[0].cancelled()
        assert turns == ["b", "c"]
        assert await faces(local, frame(jpeg(portrait()))) == 1


@in_loop
async def test_a_picture_that_cannot_be_decoded_is_the_senders_trouble_alone() -> None:
    whole = frame(jpeg(portrait()))
    broken = replace(whole, jpeg=whole.jpeg[:300] + b"\xff\xd9")
    async with inference() as local:
        for _ in range(3):
            with pytest.raises(InvalidFrameError) as caught:
                await faces(local, broken)
            assert caught.value.reason == "undecodable"
        assert await faces(local, whole) == 1


@in_loop
async def test_a_failed_analysis_is_its_sessions_trouble_alone() -> None:
    whole = frame(jpeg(portrait()))
    async with inference() as local:
        with pytest.raises(TypeError):
            await faces(local, replace(whole, jpeg=None))  # type: ignore[arg-type]
        assert await faces(local, whole) == 1


@in_loop
async def test_an_analysis_that_nobody_waits_for_disturbs_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with inference() as local:
        asked = [asyncio.create_task(faces(local, frame(jpeg(portrait())))) for _ in range(3)]
        await settle()
        asked[0].cancel()
        assert await asyncio.gather(*asked[1:]) == [1, 1]
        assert asked[0].cancelled()
    assert caplog.records == []


@in_loop
async def test_closing_while_it_works_finishes_what_runs() -> None:
    local = LocalInference(2)
    await local.start()
    working = [asyncio.create_task(faces(local, frame(jpeg(portrait())))) for _ in range(2)]
    await settle()
    await local.close()
    assert await asyncio.gather(*working) == [1, 1]
    await local.close()


@in_loop
async def test_whoever_comes_before_the_models_waits_for_them() -> None:
    local = LocalInference(1)
    early = asyncio.create_task(faces(local, frame(jpeg(portrait()))))
    await settle()
    assert not early.done()
    await local.start()
    assert await early == 1
    await local.close()


@in_loop
async def test_loading_may_be_given_up() -> None:
    local = LocalInference(1)
    loading = asyncio.create_task(local.start())
    await settle()
    loading.cancel()
    await asyncio.gather(loading, return_exceptions=True)
    assert loading.cancelled()
    await local.close()
