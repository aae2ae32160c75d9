"""How a session's challenge comes to an end."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.alerts.challenge import Reason, Result, Side
from app.session import challenges
from app.session.publisher import Eviction
from app.types import AlertKind, Edge, SessionState
from tests.builders import face, quality
from tests.fakes import showing
from tests.session.builders import (
    Camera,
    housed,
    running,
    settle,
    watched,
)
from tests.session.turning import BEGINS, QUICK, SECONDS, announced, doing, ends, play, turning
from tests.storage.builders import in_loop


@in_loop
async def test_who_is_cancelled_while_it_waits_is_never_told() -> None:
    async with running(watched()) as r:
        own = await announced(r, lead=2.0)
        own.cancel(BEGINS + 1.0)
        assert not own.under_way
        await play(r, BEGINS + 0.1, BEGINS + 6.0)
        assert r.log.told == []


@in_loop
async def test_a_cancelled_one_says_so_and_leaves_the_newest() -> None:
    async with running(watched()) as r:
        own = await announced(r)
        await play(r, BEGINS + 0.1, BEGINS + 7.0)
        newest = own.newest
        assert newest is not None
        own.begin(BEGINS + 30.0, SECONDS)
        own.cancel(BEGINS + 31.0)
        await settle()
        assert own.newest is newest
        last = ends(r)[-1]
        assert (last.evidence["result"], last.evidence["reason"]) == ("cancelled", "on_request")


@pytest.mark.parametrize("how", ["pause", "close"])
@in_loop
async def test_it_ends_when_the_session_does_not_go_on(how: str) -> None:
    async with running(watched()) as r:
        own = await announced(r)
        if how == "pause":
            r.session.info = replace(r.session.info, state=SessionState.PAUSED)
        r.session.end_episodes("paused")
        await settle()
        assert own.newest is not None
        assert (own.newest.result, own.newest.reason) == (Result.NOT_JUDGED, Reason.NOT_RUNNING)
        assert r.log.told == ["challenge started", "challenge ended"]
        assert ends(r)[1].evidence["result"] == "not_judged"
        await play(r, BEGINS + 0.1, BEGINS + 9.0)
        assert r.log.told == ["challenge started", "challenge ended"]


@pytest.mark.parametrize("limit", ["SILENT", "LONGEST"])
@in_loop
async def test_without_pictures_it_comes_to_an_end(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(watched()) as r:
        own = await announced(r)
        r.session.tick(own._begun + 1.0)
        assert own.run is not None
        monkeypatch.setattr(challenges, limit, -10.0)
        r.session.tick(own._begun + 1.0)
        await settle()
        assert r.log.told == ["challenge started", "challenge ended"]
        assert own.newest is not None
        assert own.newest.reason is Reason.NO_PICTURES


@in_loop
async def test_one_that_waits_for_pictures_in_vain_is_told_at_once() -> None:
    async with running(watched()) as r:
        own = await announced(r, lead=5.0)
        r.session.tick(own._begun + 1.0)
        assert own.under_way
        own.wait(own._begun + challenges.SILENT + 0.1, BEGINS)
        assert not own.under_way
        await settle()
        assert own.newest is not None
        assert (own.newest.result, own.newest.reason) == (Result.NOT_JUDGED, Reason.NO_PICTURES)
        start, end = ends(r)
        assert (start.edge, end.edge, start.id) == (Edge.STARTED, Edge.ENDED, end.id)
        assert start.at == end.at == BEGINS
        assert (end.evidence["result"], end.evidence["reason"]) == ("not_judged", "no_pictures")
        assert "since" not in end.evidence
        own.begin(BEGINS + 1.0, SECONDS)  # nobody was asked: no pause before the next
        assert own.run is not None


@in_loop
async def test_one_that_waits_when_the_session_is_closed_is_told_too() -> None:
    async with running(watched()) as r:
        await announced(r, lead=5.0)
        r.session.end_episodes("closed")
        await settle()
        assert [each.evidence.get("reason") for each in ends(r)] == [None, "session_not_running"]


@pytest.mark.parametrize("hidden", [False, True])
@in_loop
async def test_a_lens_that_is_covered_once_it_is_announced_is_told(hidden: bool) -> None:
    async with running(watched()) as r:
        r.inference.show = clear = doing(lambda at: 0.0)
        own = await announced(r)
        dark = showing(faces=(face(),), face_count=1, quality=quality(brightness=0.01))
        r.inference.show = dark if hidden else clear
        await play(r, BEGINS + 0.1, BEGINS + 2.5)
        r.inference.show = clear
        await play(r, BEGINS + 2.5, BEGINS + SECONDS + 0.3)
        await settle()
        assert own.newest is not None
        assert own.newest.evaded is hidden
        assert ends(r)[1].evidence.get("since") == ("announcement" if hidden else None)
        assert own.newest.result is (Result.NOT_JUDGED if hidden else Result.FAILED)


@in_loop
async def test_whose_head_rested_before_it_may_turn_at_once() -> None:
    async with running(watched()) as r:

        def yaw(at: float) -> float:
            run = r.session.challenge.run
            if run is None or not 0.3 <= at - run.challenge.begins < 1.0:
                return 0.0
            return 35.0 if run.challenge.side is Side.LEFT else -35.0

        r.inference.show = doing(yaw)
        own = await announced(r, BEGINS + 1.0)
        await play(r, BEGINS + 1.1, BEGINS + 4.0)
        assert own.newest is not None
        assert own.newest.result is Result.PASSED


@in_loop
async def test_a_neutral_aside_is_the_front() -> None:
    """The camera stands 9 degrees aside: that is where the head rests."""
    async with running(watched(rules=QUICK)) as r:
        rest = 9.0

        def yaw(at: float) -> float:
            run = r.session.challenge.run
            if run is None or not 1.0 <= at - run.challenge.begins < 2.0:
                return rest
            sign = 1.0 if run.challenge.side is Side.LEFT else -1.0
            return rest + sign * (run.challenge.degrees - 1.0)

        r.inference.show = doing(yaw)
        await play(r, 0.0, 25.0)
        own = await announced(r, 26.0)
        assert own.run is not None
        await play(r, 26.1, 34.5)
        assert own.newest is not None
        assert own.newest.reason is Reason.TOO_SMALL
        asked = own.newest.challenge.degrees
        assert own.newest.turned_degrees == pytest.approx(asked - 1, abs=0.3)


@in_loop
async def test_objects_are_no_looks_at_the_head() -> None:
    async with running(watched(), objects_every=1) as r:
        r.inference.show = turning(lambda: r.session.challenge)
        r.inference.show_objects = showing(detections=())
        own = await announced(r)
        await play(r, BEGINS + 0.1, BEGINS + 4.0)
        assert own.newest is not None
        assert own.newest.result is Result.PASSED


@in_loop
async def test_one_that_a_killed_process_left_open_is_ended(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/proctor.db"
    async with housed(url) as house:
        session = await house.registry.open("s")
        await Camera(session).show(1.0)
        session.challenge.begin(1.0, SECONDS)
        assert await session.outbox.flush(5.0)
        left = await house.log.after("s", 0)
        assert [each.alert.edge for each in left] == [Edge.STARTED]
        house.registry._sessions.clear()  # as if nobody had closed it
        again = await house.registry.open("s")
        assert again.challenge.newest is None
        ended = (await house.log.after("s", 1))[0].alert
        assert (ended.kind, ended.edge, ended.evidence) == (
            AlertKind.CHALLENGE,
            Edge.ENDED,
            {"closed_by": "restart"},
        )
        await session.close(Eviction.SHUTDOWN)
