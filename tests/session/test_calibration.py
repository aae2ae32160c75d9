"""A session's calibration: the dots are followed, kept, applied again, forgotten."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from app.alerts.screen import Screen
from app.alerts.screen_run import Failure, Flaw
from app.errors import DeletedSessionError, StorageError, UnknownSessionError
from app.session import calibration
from app.session.calibration import CalibrationState, Interruption
from app.types import AlertKind, Frame, FrameAnalysis, SessionState, Track
from tests.builders import face
from tests.fakes import NOBODY, FakeInference, Show, showing
from tests.session.builders import (
    AT_ONCE,
    Camera,
    Running,
    housed,
    running,
    settle,
    until,
    watched,
)
from tests.storage.builders import in_loop, session

NONE, RUNNING = CalibrationState.NONE, CalibrationState.RUNNING
DONE, FAILED = CalibrationState.DONE, CalibrationState.FAILED

BEGINS, SECONDS = 1.0, 2.0
ENDS = BEGINS + 5 * SECONDS
DOTS = ((0, -5), (22, 3), (-22, 3), (-22, -13), (22, -13))
"""Yaw and pitch of the gaze at each."""
SCREEN = Screen(left=22, right=-22, up=3, down=-13, at=ENDS)


def looking(gazes: Sequence[tuple[float, float]], *, mirrored: bool = False) -> Show:
    """Who looks at the dots, and then where they looked last."""

    def show(frame: Frame) -> FrameAnalysis:
        number = min(max(math.floor((frame.at - BEGINS - 0.3) / SECONDS), 0), len(gazes) - 1)
        yaw, pitch = gazes[number]
        seen = face(gaze=(-yaw if mirrored else yaw, pitch))
        return showing(faces=(seen,), face_count=1)(frame)

    return show


async def show_dots(r: Running, begin: float = 0.0, end: float = ENDS + 0.2) -> None:
    """Ten pictures per second."""
    await r.camera.show(*(n / 10 for n in range(round(begin * 10), round(end * 10))))


async def calibrated(r: Running) -> None:
    """A whole run."""
    await show_dots(r, end=0.5)
    r.session.calibration.begin(BEGINS, SECONDS)
    await show_dots(r, begin=0.5)


@pytest.mark.parametrize("mirrored", [False, True])
@in_loop
async def test_a_run_whose_dots_are_followed_gives_a_screen(mirrored: bool) -> None:
    inference = FakeInference(looking(DOTS, mirrored=mirrored))
    async with running(watched(mirrored=mirrored), inference=inference) as r:
        own = r.session.calibration
        await show_dots(r, end=0.5)
        assert (own.state, own.screen) == (NONE, None)
        own.begin(BEGINS, SECONDS)
        await show_dots(r, begin=0.5, end=ENDS - 0.1)
        assert (own.state, own.screen) == (RUNNING, None)
        await show_dots(r, begin=ENDS - 0.1)
        assert (own.state, own.screen, own.failure) == (DONE, SCREEN, None)
        assert r.kept.saved == [SCREEN.stored()]


@in_loop
async def test_pictures_that_are_mirrored_unsaid_are_found_out() -> None:
    async with running(watched(), inference=FakeInference(looking(DOTS, mirrored=True))) as r:
        await calibrated(r)
        assert r.session.calibration.state is FAILED
        assert r.session.calibration.failure == Failure(flaw=Flaw.MIRRORED)


@in_loop
async def test_a_failed_run_leaves_the_screen_that_was_there() -> None:
    info = watched(calibration=SCREEN.stored())
    async with running(info, inference=FakeInference(looking([(0, 0)]))) as r:
        await calibrated(r)
        own = r.session.calibration
        assert (own.state, own.screen) == (FAILED, SCREEN)
        assert own.failure == Failure(flaw=Flaw.NOT_FOLLOWED)
        assert r.kept.saved == []


@in_loop
async def test_looking_at_the_dots_is_no_alert_but_leaving_is() -> None:
    rules = {AlertKind.GAZE_AWAY: AT_ONCE, AlertKind.NOBODY: AT_ONCE}
    async with running(watched(rules=rules), inference=FakeInference(looking(DOTS))) as r:
        await calibrated(r)
        assert r.session.calibration.state is DONE
        assert r.log.told == []
        r.session.calibration.begin(ENDS + 1, SECONDS)
        r.inference.show = NOBODY
        await r.camera.show(ENDS + 1.5)
        assert r.log.told == ["nobody started"]


@in_loop
async def test_before_the_first_dot_the_gaze_is_still_judged() -> None:
    rules = {AlertKind.GAZE_AWAY: AT_ONCE}
    async with running(watched(rules=rules), inference=FakeInference(looking([(30, 0)]))) as r:
        r.session.calibration.begin(BEGINS, SECONDS)
        await r.camera.show(BEGINS - 0.1)
        assert r.log.told == ["gaze_away started"]


@in_loop
async def test_events_say_that_the_screen_set_the_limits() -> None:
    rules = {AlertKind.GAZE_AWAY: AT_ONCE}
    gazes = [*DOTS, (25, -5), (30, -5), (0, -5)]
    async with running(watched(rules=rules), inference=FakeInference(looking(gazes))) as r:
        await calibrated(r)
        await show_dots(r, begin=ENDS + 0.2, end=ENDS + 2.2)  # beyond 13, within the screen's 26
        assert r.log.told == []
        await show_dots(r, begin=ENDS + 2.2, end=ENDS + 6)
        start, end = (recorded.alert for recorded in r.log.stored)
        assert start.evidence == {
            "yaw_degrees": 30.0,
            "pitch_degrees": 0.0,
            "limit_degrees": 26.0,
            "limits": "screen",
        }
        assert end.evidence["limits"] == "screen"
        assert start.rule == "gaze_away/1"


@pytest.mark.parametrize("how", ["pause", "close"])
@in_loop
async def test_a_run_fails_when_the_session_does_not_go_on(how: str) -> None:
    async with running(watched(), inference=FakeInference(looking(DOTS))) as r:
        r.session.calibration.begin(BEGINS, SECONDS)
        await show_dots(r, end=5.0)
        if how == "pause":
            r.session.info = replace(r.session.info, state=SessionState.PAUSED)
        r.session.end_episodes("paused")
        assert r.session.calibration.state is FAILED
        assert r.session.calibration.failure is Interruption.NOT_RUNNING
        await show_dots(r, begin=5.0)
        assert r.session.calibration.screen is None


@pytest.mark.parametrize("limit", ["SILENT", "LONGEST"])
@in_loop
async def test_a_run_without_pictures_comes_to_an_end(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    async with running(watched(), inference=FakeInference(looking(DOTS))) as r:
        r.session.calibration.begin(BEGINS, SECONDS)
        await show_dots(r, end=5.0)
        assert r.session.calibration.state is RUNNING
        monkeypatch.setattr(calibration, limit, -1.0)
        assert r.session.calibration.state is FAILED
        assert r.session.calibration.failure is Interruption.NO_PICTURES
        monkeypatch.undo()
        await show_dots(r, begin=5.0)  # they come again, too late
        assert (r.session.calibration.state, r.kept.saved) == (FAILED, [])


@in_loop
async def test_a_gap_that_leaps_over_the_dots_fails_the_run() -> None:
    async with running(watched(), inference=FakeInference(looking(DOTS))) as r:
        r.session.calibration.begin(BEGINS, SECONDS)
        await show_dots(r, end=2.8)
        await r.camera.show(60.0)
        assert r.session.calibration.failure == Failure(flaw=Flaw.TOO_FEW, dot=1)


@in_loop
async def test_whoever_asks_last_shows_the_dots() -> None:
    async with running(watched(), inference=FakeInference(looking(DOTS))) as r:
        own = r.session.calibration
        own.begin(BEGINS - 0.8, SECONDS)
        await show_dots(r, end=0.5)
        own.begin(BEGINS, SECONDS)
        await show_dots(r, begin=0.5)
        assert own.screen == SCREEN


@in_loop
async def test_a_cancelled_run_leaves_no_trace() -> None:
    async with running(watched(), inference=FakeInference(looking(DOTS))) as r:
        own = r.session.calibration
        own.begin(BEGINS, SECONDS)
        await show_dots(r, end=5.0)
        own.cancel()
        assert own.state is NONE
        await show_dots(r, begin=5.0)
        assert (own.state, own.screen, r.kept.saved) == (NONE, None, [])


@in_loop
async def test_forgetting_brings_the_rule_back() -> None:
    rules = {AlertKind.GAZE_AWAY: AT_ONCE}
    info = watched(rules=rules, calibration=SCREEN.stored())
    async with running(info, inference=FakeInference(looking([(20, 0)]))) as r:
        await r.camera.show(0.0)
        assert (r.session.calibration.state, r.log.told) == (DONE, [])
        await r.session.calibration.forget()
        assert (r.session.calibration.state, r.kept.saved) == (NONE, [None])
        await r.camera.show(0.1)
        assert r.log.told == ["gaze_away started"]


@in_loop
async def test_it_is_kept_as_soon_as_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "RETRY", 0.0)
    async with running(watched(), inference=FakeInference(looking(DOTS))) as r:
        r.kept.trouble += [StorageError("away"), OSError("still away")]
        await calibrated(r)
        await until(lambda: r.kept.saved == [SCREEN.stored()])


@in_loop
async def test_what_was_forgotten_meanwhile_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "RETRY", 0.0)
    async with running(watched(), inference=FakeInference(looking(DOTS))) as r:
        r.kept.trouble += [StorageError("away")] * 10_000
        await calibrated(r)
        assert r.session.calibration.state is DONE
        r.kept.trouble.clear()
        await r.session.calibration.forget()
        await settle()
        assert r.kept.saved[-1] is None


@in_loop
async def test_of_an_erased_session_nothing_is_kept() -> None:
    async with running(watched(), inference=FakeInference(looking(DOTS))) as r:
        r.kept.trouble += [DeletedSessionError("erased")]
        await calibrated(r)
        assert r.kept.saved == []
    assert r.kept.saved == []


@in_loop
async def test_the_present_is_the_newest_pictures_on_the_senders_clock() -> None:
    async with running(watched()) as r:
        r.session.tracks.agree_on_clock(Track.VIDEO, source=True)
        assert r.session.tracks.now is None
        await r.camera.show(7.5)
        assert r.session.tracks.now == 7.5


@in_loop
async def test_the_present_goes_on_by_the_services_own_clock() -> None:
    async with running(watched()) as r:
        r.session.tracks.agree_on_clock(Track.VIDEO, source=False)
        assert r.session.tracks.now is None
        await r.camera.show(1.0)
        first = r.session.tracks.now
        assert first is not None
        await until(lambda: (r.session.tracks.now or 0.0) > first)


# On a real database


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/proctor.db"


@in_loop
async def test_a_session_that_is_opened_again_has_its_screen(url: str) -> None:
    async with housed(url) as house:
        found = await house.registry.open("s")
        house.inference.show = looking(DOTS)
        found.calibration.begin(BEGINS, SECONDS)
        await Camera(found).show(*(n / 10 for n in range(round(ENDS * 10) + 2)))
        assert found.calibration.screen == SCREEN
    async with housed(url) as house:  # another process
        assert (await house.registry.get("s")).calibration == SCREEN.stored()
        again = await house.registry.open("s")
        assert (again.calibration.state, again.calibration.screen) == (DONE, SCREEN)
        await house.registry.forget_calibration("s")
        assert (again.calibration.screen, (await house.registry.get("s")).calibration) == (
            None,
            None,
        )


@in_loop
async def test_a_session_that_does_not_run_forgets_too(url: str) -> None:
    async with housed(url) as house:
        await house.store.create(session(calibration=SCREEN.stored()))
        await house.registry.forget_calibration("s")
        assert (await house.registry.get("s")).calibration is None
        with pytest.raises(UnknownSessionError):
            await house.registry.forget_calibration("another")
