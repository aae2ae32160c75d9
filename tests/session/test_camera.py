"""The service's own camera feeds a session, and does what is asked of that session."""

import asyncio
from pathlib import Path

import pytest

from app.session.camera import CameraState
from app.session.publisher import Eviction
from app.types import SessionState, Track
from tests.fakes import NOBODY
from tests.films import film, greys
from tests.session.builders import housed, publisher, until
from tests.session.camera_house import NAME, watched
from tests.storage.builders import in_loop


@in_loop
async def test_a_file_feeds_its_session_and_ends_it(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short) as w:
        session = await w.session()
        await until(lambda: w.played == 1)
        assert await w.state() == (SessionState.STOPPED, "source")
        assert w.camera.state is CameraState.STOPPED
        assert session.frames.received > 5
        assert session.frames.invalid == {}
        assert session.tracks.publishing == ()
        seen = [look.frame for look in house.inference.looks]
        assert {(frame.width, frame.height) for frame in seen} == {(160, 120)}
        assert seen[-1].at - seen[0].at > 0.3  # it took as long as the film does
        assert w.told == []


@in_loop
async def test_what_the_pictures_show_is_told(url: str, short: Path) -> None:
    async with housed(url) as house:
        house.inference.show = NOBODY
        async with watched(house, short, repeats=True):
            await until(lambda: house.inference.seen[-1:] > house.inference.seen[:1])
            while await house.told(NAME) != ["nobody started"]:
                await asyncio.sleep(0.05)


@in_loop
async def test_started_again_a_file_is_played_from_its_beginning(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short) as w:
        await until(lambda: w.played == 1)
        await house.registry.start_judging(NAME)
        await until(lambda: w.played == 2)
        assert await w.state() == (SessionState.STOPPED, "source")


@in_loop
async def test_a_loop_goes_on(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short, repeats=True) as w:
        session = await w.session()
        await until(lambda: session.frames.received > 25)
        assert w.played == 0


@in_loop
async def test_paused_it_is_taken_and_not_judged(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short, repeats=True) as w:
        session = await w.session()
        await w.looked()
        await house.registry.pause(NAME)
        received, looks = session.frames.received, len(house.inference.looks)
        await until(lambda: session.frames.received > received + 5)
        assert len(house.inference.looks) <= looks + 1  # one may have been under way
        assert w.camera.paused
        await house.registry.start_judging(NAME)
        await w.looked()
        assert not w.camera.paused


@in_loop
async def test_stopped_by_a_request_it_waits_until_it_is_started(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short, repeats=True) as w:
        await w.looked()
        await house.registry.stop(NAME)
        await w.becomes(CameraState.STOPPED)
        assert house.registry.find(NAME) is None
        assert not w.camera.recent
        assert await w.state() == (SessionState.STOPPED, "rest")
        await house.registry.start_judging(NAME)
        await w.looked()
        assert w.camera.state is CameraState.RUNNING


@pytest.mark.parametrize("starts", [False, True])
@in_loop
async def test_a_new_process_starts_what_was_stopped_only_if_told_so(
    url: str, short: Path, starts: bool
) -> None:
    async with housed(url) as house:
        await house.registry.open(NAME)
        await house.registry.stop(NAME)
        async with watched(house, short, starts=starts) as w:
            await w.becomes(CameraState.RUNNING if starts else CameraState.STOPPED)


@in_loop
async def test_a_file_that_was_played_is_played_by_the_next_process(url: str, short: Path) -> None:
    async with housed(url) as house:
        for _ in range(2):
            async with watched(house, short) as w:
                await until(lambda w=w: w.played == 1)  # type: ignore[misc]


@in_loop
async def test_deleted_it_ends_for_good(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short, repeats=True) as w:
        await w.looked()
        await house.registry.erase(NAME)
        await w.becomes(CameraState.DELETED)
        assert house.registry.find(NAME) is None
        (told,) = w.told
        assert told is not None
        assert "was deleted" in told.why
        assert "PROCTOR_CAMERA_SESSION" in told.mend


@in_loop
async def test_it_gives_way_to_a_connection_and_comes_back(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short, repeats=True) as w:
        session = await w.session()
        await w.looked()
        evictions: list[Eviction] = []
        other = publisher(evictions)
        session.publish(Track.VIDEO, other)
        await w.becomes(CameraState.DISPLACED)
        assert not w.camera.recent  # what the other sends is not shown either
        received = session.frames.received
        await asyncio.sleep(0.2)
        assert (session.frames.received, evictions) == (received, [])
        session.unpublish(Track.VIDEO, other)
        await w.looked()
        assert w.camera.state is CameraState.RUNNING


@in_loop
async def test_the_end_of_a_file_does_not_stop_anothers_session(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short) as w:
        session = await w.session()
        await w.looked()
        session.publish(Track.VIDEO, publisher([]))
        await asyncio.sleep(2.0)  # the film, and what is waited for after it
        assert (await w.state())[0] is SessionState.RUNNING
        assert w.played == 0


@in_loop
async def test_a_file_that_comes_later_is_found(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    late = tmp_path / "late.avi"
    with caplog.at_level("INFO", "app.session.camera"):
        async with housed(url) as house, watched(house, late, repeats=True) as w:
            await w.becomes(CameraState.BROKEN)
            assert house.registry.find(NAME) is None
            await asyncio.to_thread(film, late, greys(20), 20.0)
            await w.looked()
            first, *_, last = w.told
            assert first is not None
            assert "late.avi" in first.why
            assert last is None
    assert caplog.text.count("there is no file") == 1
    assert caplog.text.count("the camera works again") == 1


@in_loop
async def test_a_session_that_cannot_be_opened_is_tried_again(url: str, short: Path) -> None:
    async with housed(url, most=1) as house:
        await house.registry.open("somebody")
        async with watched(house, short, repeats=True) as w:
            await w.becomes(CameraState.REFUSED)
            assert w.told[-1] is not None
            assert "1 sessions run already" in w.told[-1].why
            await house.registry.stop("somebody")
            await w.looked()
            assert w.told[-1] is None


@in_loop
async def test_silence_ends_the_session_and_pictures_reopen_it(url: str, tmp_path: Path) -> None:
    """A stream that breaks for long."""
    path = film(tmp_path / "one.avi", greys(10), 20.0)
    async with housed(url, idle_after=0.4) as house, watched(house, path, repeats=True) as w:
        await w.looked()
        path.rename(tmp_path / "away.avi")
        await w.becomes(CameraState.BROKEN)
        await until(lambda: house.registry.find(NAME) is None)
        assert await w.state() == (SessionState.STOPPED, "idle")
        (tmp_path / "away.avi").rename(path)
        await w.looked()
        assert await w.state() == (SessionState.RUNNING, None)


@in_loop
async def test_the_end_of_a_file_waits_for_the_database(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short) as w:
        await w.looked()
        house.store.broken.add(NAME)
        await until(lambda: bool(w.told))
        assert w.told[-1] is not None
        assert "cannot be changed" in w.told[-1].why
        house.store.broken.clear()
        await until(lambda: w.played == 1)
        assert w.told[-1] is None
        assert await w.state() == (SessionState.STOPPED, "source")
