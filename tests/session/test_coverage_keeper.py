"""Coverage on its way to storage, and back."""

import pytest

from app.errors import DeletedSessionError, StorageError
from app.session import coverage_keeper
from app.session.coverage import Coverage
from app.session.coverage_keeper import CoverageKeeper
from app.types import AlertKind, Label
from tests.fakes import FakeKeeping
from tests.session.builders import running, until
from tests.storage.builders import in_loop


def watched_for(seconds: int, *, coverage: Coverage | None = None) -> Coverage:
    """Half of it judged, the other half too dark."""
    found = coverage or Coverage([AlertKind.NOBODY])
    found.interrupt("paused")
    for at in range(seconds // 2 + 1):
        found.update(float(at), [AlertKind.NOBODY], None, lambda kind: False)
    for at in range(seconds // 2 + 1, seconds + 1):
        found.update(float(at), [], Label.TOO_DARK, lambda kind: True)
    return found


def test_what_was_stored_goes_on() -> None:
    stored = watched_for(20).as_dict()
    assert stored == {
        "seconds": 20.0,
        "judged": {"nobody": 0.5},
        "not_assessable": {"Picture too dark": 10.0},
        "periods": [[0.0, 20.0, None]],
    }
    both = watched_for(20, coverage=Coverage([AlertKind.NOBODY], stored)).as_dict()
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
