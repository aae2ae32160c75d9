"""Coverage on its way to storage, and back."""

import pytest

from app.errors import DeletedSessionError, StorageError
from app.session import coverage_keeper
from app.session.coverage import Coverage
from app.session.coverage_keeper import CoverageKeeper
from app.session.periods import LEFT, SILENT
from app.types import AlertKind, Label, Track
from tests.fakes import FakeKeeping
from tests.session.builders import publisher, running, until
from tests.session.sounding import send
from tests.storage.builders import in_loop


def watched_for(seconds: int, *, since: int = 0, coverage: Coverage | None = None) -> Coverage:
    """Half of it judged, the other half too dark."""
    found = coverage or Coverage([AlertKind.NOBODY])
    found.interrupt("paused")
    for at in range(seconds // 2 + 1):
        found.update(float(since + at), [AlertKind.NOBODY], None, lambda kind: False)
    for at in range(seconds // 2 + 1, seconds + 1):
        found.update(float(since + at), [], Label.TOO_DARK, lambda kind: True)
    return found


def test_what_was_stored_goes_on() -> None:
    stored = watched_for(20).as_dict()
    assert stored == {
        "seconds": 20.0,
        "judged": {"nobody": 0.5},
        "not_assessable": {"Picture too dark": 10.0},
        "periods": [[0.0, 20.0, None]],
        "by_source": None,
    }
    both = watched_for(20, since=30, coverage=Coverage([AlertKind.NOBODY], stored)).as_dict()
    assert both["seconds"] == 40.0
    assert both["judged"] == {"nobody": 0.5}
    assert both["not_assessable"] == {"Picture too dark": 20.0}


@in_loop
async def test_what_was_never_watched_is_not_kept() -> None:
    kept = FakeKeeping()
    await CoverageKeeper("s", lambda: None, kept.save_coverage).keep()
    assert kept.coverage == []


@in_loop
async def test_trouble_is_made_up_for(caplog: pytest.LogCaptureFixture) -> None:
    kept = FakeKeeping()
    kept.trouble = [StorageError("away"), StorageError("still away"), DeletedSessionError("gone")]
    keeper = CoverageKeeper("s", watched_for(2).as_dict, kept.save_coverage)
    for _ in range(4):
        await keeper.keep()
    assert len(kept.coverage) == 1
    assert [r.message for r in caplog.records] == ["keeping the coverage failed"]


@in_loop
async def test_it_is_kept_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage_keeper, "EVERY", 0.01)
    async with running() as r:
        await r.camera.show(1.0, 2.0)
        await until(lambda: r.kept.coverage == [r.session.coverage()] * 2)


@in_loop
async def test_it_is_kept_at_the_end() -> None:
    async with running() as r:
        await r.camera.show(1.0, 2.0)
    assert r.kept.coverage == [r.session.coverage()]


@in_loop
async def test_why_it_was_interrupted_is_kept_of_pictures_and_of_sound() -> None:
    async with running() as r:
        for track in (Track.VIDEO, Track.AUDIO):
            r.session.publish(track, first := publisher([]))
            r.session.unpublish(track, publisher([]))  # an older one, long displaced
            r.session.unpublish(track, first)
            r.session.publish(track, publisher([]))
        await r.camera.show(1.0, 2.0)
        for at in range(4):
            await send(r, float(at))
        r.session.end_episodes("paused")
        await r.camera.show(30.0, 31.0)
        for at in range(30, 34):
            await send(r, float(at))
    kept = r.kept.coverage[-1]
    assert kept is not None
    assert kept["periods"] == [[1.0, 2.0, "paused"], [30.0, 31.0, "shutdown"]]
    assert [why for _, _, why in kept["sound"]["periods"]] == ["paused", "shutdown"]


@in_loop
@pytest.mark.parametrize("track", [Track.VIDEO, Track.AUDIO])
async def test_whoever_left_is_told_from_who_is_silent(track: Track) -> None:
    async with running() as r:

        async def come(at: int) -> None:
            if track is Track.VIDEO:
                await r.camera.show(at, at + 1)
            else:
                for second in range(3):
                    await send(r, float(at + second))

        r.session.publish(track, first := publisher([]))
        await come(0)
        await come(20)
        r.session.unpublish(track, first)
        r.session.publish(track, publisher([]))
        await come(40)
        await come(60)
        coverage = r.session.coverage()
        assert coverage is not None
        told = coverage if track is Track.VIDEO else coverage["sound"]
        assert [why for _, _, why in told["periods"]] == [SILENT, LEFT, SILENT, None]
