"""What viewers of the camera are shown, and by whom it is drawn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.session.camera import CameraState
from app.session.preview import CARD_SIZE, Preview
from app.types import Detection, ObjectClass, Track
from tests.builders import BOX
from tests.fakes import SOMEBODY
from tests.films import film, greys, level
from tests.media import Picture, decoded
from tests.session.builders import housed, publisher, until
from tests.session.camera_house import NAME, Watched, watched
from tests.storage.builders import in_loop

GREY = [np.full((240, 320, 3), 128, np.uint8)] * 10


@pytest.fixture(scope="module")
def grey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nothing but grey, so that whatever is drawn shows."""
    return film(tmp_path_factory.mktemp("films") / "grey.avi", GREY, 20.0)


@asynccontextmanager
async def shown(folder: Path, source: Path) -> AsyncIterator[tuple[Watched, Preview]]:
    async with (
        housed(f"sqlite:///{folder}/proctor.db") as house,
        watched(house, source, repeats=True) as w,
    ):
        yield w, Preview(w.camera, house.registry)


async def pictures(preview: Preview, count: int) -> list[Picture]:
    async with aclosing(preview.watch()) as viewer:
        return [decoded(await anext(viewer)) for _ in range(count)]


def is_card(picture: Picture) -> bool:
    """Dark, with light words."""
    return bool(np.median(picture) < 60 and picture.max() > 150)


@in_loop
async def test_the_pictures_come_with_what_is_seen(tmp_path: Path, grey: Path) -> None:
    async with shown(tmp_path, grey) as (w, preview):
        await w.looked()
        plain = (await pictures(preview, 1))[0]
        assert plain.shape == (120, 160, 3)
        session = await w.session()
        phone = Detection(object_class=ObjectClass.PHONE, confidence=0.9, box=BOX)
        session.detections = (phone,)
        drawn = (await pictures(preview, 2))[1]
        assert np.abs(drawn.astype(int) - 128).max(axis=2)[36:73, 60:100].max() > 80
        assert np.abs(drawn.astype(int) - 128).max(axis=2)[100:, 120:].max() < 30


@in_loop
async def test_a_look_is_drawn_into_its_own_picture(tmp_path: Path) -> None:
    """Each picture of the film is brighter than the one before it, and looking takes long."""
    ramp = film(tmp_path / "ramp.avi", greys(60), 20.0)
    async with shown(tmp_path, ramp) as (w, preview):
        inference = w.house.inference
        inference.fast.clear()
        await until(lambda: inference.working == 1)
        looked_at = inference.looks[0].frame
        session = await w.session()
        async with aclosing(preview.watch()) as viewer:
            await until(lambda: session.frames.received > 8)
            newest = level(decoded(await anext(viewer)))
            inference.fast.set()
            inference.fast.clear()  # one look ends
            await until(lambda: session.analysis is not None)
            assert session.analysis is not None
            assert session.analysis.received_at == looked_at.received_at
            while preview._looked != looked_at.received_at:
                picture = decoded(await anext(viewer))
        assert level(picture[60:]) == pytest.approx(level(decoded(looked_at.jpeg)), abs=3)
        assert newest > level(picture[60:]) + 10


@in_loop
async def test_without_looks_the_pictures_come_plainly(tmp_path: Path, grey: Path) -> None:
    async with shown(tmp_path, grey) as (w, preview):
        w.house.inference.fast.clear()
        await w.becomes(CameraState.RUNNING)
        plain = await pictures(preview, 3)
        assert all(np.abs(picture.astype(int) - 128).max() < 20 for picture in plain)


@in_loop
async def test_one_draws_for_all_and_only_while_somebody_looks(tmp_path: Path, grey: Path) -> None:
    async with shown(tmp_path, grey) as (w, preview):
        await w.looked()
        assert preview.viewers == 0
        number = preview._newest[0]
        await asyncio.sleep(0.2)
        assert preview._newest[0] == number == 0
        first, second = preview.watch(), preview.watch()
        both = [await anext(first), await anext(second)]
        assert preview.viewers == 2
        assert both[0] == both[1] or preview._newest[0] > 1
        await first.aclose()
        assert preview.viewers == 1
        await anext(second)
        await second.aclose()
        assert (preview.viewers, preview._drawing) == (0, None)
        number = preview._newest[0]
        await asyncio.sleep(0.2)
        assert preview._newest[0] == number
        assert await pictures(preview, 1)  # and again for who comes later


@in_loop
async def test_who_is_slow_gets_the_newest(tmp_path: Path, grey: Path) -> None:
    async with shown(tmp_path, grey) as (w, preview):
        await w.looked()
        async with aclosing(preview.watch()) as slow:
            await anext(slow)
            before = preview._newest[0]
            await until(lambda: preview._newest[0] >= before + 5)
            assert await anext(slow) == preview._newest[1]


@in_loop
async def test_a_viewer_that_is_cut_off_is_forgotten(tmp_path: Path, grey: Path) -> None:
    async with shown(tmp_path, grey) as (w, preview):
        await w.looked()
        looking = asyncio.create_task(pictures(preview, 10_000))
        await until(lambda: preview.viewers == 1)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        assert preview.viewers == 0


@in_loop
async def test_paused_stopped_or_gone_no_picture_is_shown(tmp_path: Path, grey: Path) -> None:
    async with shown(tmp_path, grey) as (w, preview):
        await w.looked()
        assert not is_card((await pictures(preview, 1))[0])
        await w.house.registry.pause(NAME)
        paused = (await pictures(preview, 1))[0]
        assert is_card(paused)
        assert paused.shape == (120, 160, 3)  # the page does not jump
        await w.house.registry.start_judging(NAME)
        await w.looked()
        assert not is_card((await pictures(preview, 1))[0])
        await w.house.registry.stop(NAME)
        await w.becomes(CameraState.STOPPED)
        assert is_card((await pictures(preview, 1))[0])


@in_loop
async def test_deleted_it_ends_with_a_card_that_says_so(tmp_path: Path, grey: Path) -> None:
    async with shown(tmp_path, grey) as (w, preview):
        await w.looked()
        async with aclosing(preview.watch()) as viewer:
            assert not is_card(decoded(await anext(viewer)))
            await w.house.registry.erase(NAME)
            last = [decoded(jpeg) async for jpeg in viewer][-1]
        assert is_card(last)
        assert preview.viewers == 0
        async with aclosing(preview.watch()) as late:
            assert [jpeg async for jpeg in late] == []


@in_loop
async def test_what_another_connection_sends_is_not_shown(tmp_path: Path, grey: Path) -> None:
    async with shown(tmp_path, grey) as (w, preview):
        await w.looked()
        session = await w.session()
        session.publish(Track.VIDEO, publisher([]))
        await w.becomes(CameraState.DISPLACED)
        session.analysis = replace(SOMEBODY(w.house.inference.looks[-1].frame), received_at=1e9)
        assert all(is_card(picture) for picture in await pictures(preview, 2))


@in_loop
async def test_without_pictures_a_card_says_so_again_and_again(tmp_path: Path) -> None:
    async with shown(tmp_path, tmp_path / "none.mp4") as (w, preview):
        await w.becomes(CameraState.BROKEN)
        first, second = await pictures(preview, 2)
        assert is_card(first)
        assert (first == second).all()
        assert first.shape == (CARD_SIZE[1], CARD_SIZE[0], 3)
