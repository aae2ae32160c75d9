"""A session's challenges: announced, followed, told, and what is not judged meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.alerts.challenge import Reason, Result, Side
from app.errors import ChallengeError
from app.session import challenges
from app.session.challenges import Challenges
from app.session.publisher import Eviction
from app.types import Alert, AlertKind, Edge, Frame, FrameAnalysis, Label, SessionState
from tests.builders import face, quality
from tests.fakes import NOBODY, FakeInference, Show, showing
from tests.session.builders import (
    AT_ONCE,
    Camera,
    Running,
    housed,
    running,
    settle,
    watched,
)
from tests.storage.builders import in_loop

BEGINS, SECONDS = 1.0, 6.0
QUICK = {AlertKind.GAZE_AWAY: AT_ONCE, AlertKind.HEAD_TURNED: AT_ONCE, AlertKind.NOBODY: AT_ONCE}


def doing(yaw: Callable[[float], float]) -> Show:
    """Whose head, and gaze with it, is there at these times."""

    def show(frame: Frame) -> FrameAnalysis:
        head = yaw(frame.at)
        return showing(faces=(face(yaw=head, gaze=(head, 0.0)),), face_count=1)(frame)

    return show


def turning(own: Callable[[], Challenges], *, degrees: float = 40.0) -> Show:
    """Who turns as asked, from the second after the announcement to the third."""

    def yaw(at: float) -> float:
        run = own().run
        if run is None or not 1.0 <= at - run.challenge.begins < 2.0:
            return 0.0
        return degrees if run.challenge.side is Side.LEFT else -degrees

    return doing(yaw)


async def play(r: Running, begin: float, end: float) -> None:
    """Ten pictures per second."""
    await r.camera.show(*(n / 10 for n in range(round(begin * 10), round(end * 10))))


async def announced(r: Running, at: float = BEGINS, lead: float = 0.0) -> Challenges:
    """After a second of pictures."""
    await play(r, at - 1.0, at + 0.05)
    r.session.challenge.begin(at, SECONDS, lead)
    await settle()
    return r.session.challenge


def ends(r: Running) -> list[Alert]:
    """Of challenges, as they are stored."""
    return [each.alert for each in r.log.stored if each.alert.kind is AlertKind.CHALLENGE]


@pytest.mark.parametrize("mirrored", [False, True])
@in_loop
async def test_who_turns_as_asked_passes_and_it_is_told(mirrored: bool) -> None:
    async with running(watched(mirrored=mirrored, rules=QUICK)) as r:
        sign = -1.0 if mirrored else 1.0
        r.inference.show = turning(lambda: r.session.challenge, degrees=sign * 40.0)
        own = await announced(r)
        assert own.run is not None
        asked = own.run.challenge
        (start,) = ends(r)
        assert (start.edge, start.started_at) == (Edge.STARTED, BEGINS)
        assert start.label is (Label.TURN_LEFT if asked.side is Side.LEFT else Label.TURN_RIGHT)
        assert start.evidence == {
            "limit_degrees": asked.degrees,
            "limit_seconds": SECONDS,
            "challenge": asked.id,
        }
        assert 20 <= asked.degrees <= 30
        assert not start.announced
        await play(r, BEGINS + 0.1, BEGINS + 8.0)
        end = ends(r)[1]
        assert own.newest is not None
        assert (own.newest.result, own.newest.at) == (Result.PASSED, BEGINS + 2.0)
        assert (end.edge, end.id, end.at) == (Edge.ENDED, start.id, BEGINS + 2.0)
        assert end.evidence == {
            **start.evidence,
            "duration_seconds": 2.0,
            "observed_seconds": 2.0,
            "result": "passed",
            "turned_degrees": 40.0,
            "reaction_seconds": 1.0,
        }
        assert r.log.told == ["challenge started", "challenge ended"]


@in_loop
async def test_sides_and_angles_are_not_foreseen() -> None:
    async with running(watched()) as r:
        asked = []
        for n in range(40):
            own = await announced(r, BEGINS + 30.0 * n)
            assert own.run is not None
            asked.append(own.run.challenge)
            own.cancel(BEGINS + 30.0 * n)
        assert {each.side for each in asked} == {*Side}  # by chance not once in 10^12
        assert len({each.degrees for each in asked}) > 10
        assert len({each.id for each in asked}) == 40


@in_loop
async def test_a_rule_may_ask_for_more() -> None:
    rules = {AlertKind.CHALLENGE: {"turn_degrees": 35.0}}
    async with running(watched(rules=rules)) as r:
        own = await announced(r)
        assert own.run is not None
        assert 35 <= own.run.challenge.degrees <= 45
    async with running(watched(rules={AlertKind.CHALLENGE: {"turn_degrees": 5.0}})) as r:
        own = await announced(r)
        assert own.run is not None
        assert own.run.challenge.degrees >= 20


@in_loop
async def test_a_rule_may_switch_it_off() -> None:
    async with running(watched(rules={AlertKind.CHALLENGE: {"enabled": False}})) as r:
        with pytest.raises(ChallengeError, match="switched challenges off"):
            await announced(r)


@pytest.mark.parametrize(
    ("show", "result", "reason"),
    [
        (doing(lambda at: 0.0), Result.FAILED, Reason.NO_TURN),
        (NOBODY, Result.NOT_JUDGED, Reason.NO_FACE),
        (showing(faces=None, face_count=None), Result.NOT_JUDGED, Reason.NO_PICTURES),
        (
            showing(faces=(face(),), face_count=1, quality=quality(brightness=0.01)),
            Result.NOT_JUDGED,
            Reason.NOT_ASSESSABLE,
        ),
    ],
    ids=["sits still", "nobody", "no looks", "a dark picture"],
)
@in_loop
async def test_who_does_not_turn(
    show: Show, result: Result, reason: Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(watched(rules=QUICK), inference=FakeInference(show)) as r:
        own = await announced(r)
        await play(r, BEGINS + 0.1, BEGINS + SECONDS + 0.3)
        if reason is Reason.NO_PICTURES:
            monkeypatch.setattr(challenges, "SILENT", -10.0)
            r.session.tick(0.0 + own._begun)
        assert own.newest is not None
        assert (own.newest.result, own.newest.reason) == (result, reason)
        await settle()
        evidence = ends(r)[1].evidence
        assert (evidence["result"], evidence["reason"]) == (result, reason)
        assert "reaction_seconds" not in evidence


@in_loop
async def test_a_dark_picture_lends_no_head_from_before_it() -> None:
    """The newest reading stays in the signals; it is no answer."""
    async with running(watched()) as r:
        own = await announced(r)
        assert own.run is not None
        side = 40.0 if own.run.challenge.side is Side.LEFT else -40.0
        r.inference.show = doing(lambda at: side)
        await play(r, BEGINS + 0.5, BEGINS + 0.55)
        dark = quality(brightness=0.01)
        r.inference.show = showing(faces=(face(yaw=side),), face_count=1, quality=dark)
        await play(r, BEGINS + 0.6, BEGINS + 8.3)
        assert own.newest is not None
        assert own.newest.reason is Reason.NOT_ASSESSABLE
        assert own.newest.turned_degrees == 0


@in_loop
async def test_the_turn_that_was_asked_for_is_no_alert_but_a_later_one_is() -> None:
    async with running(watched(rules=QUICK)) as r:
        r.inference.show = doing(lambda at: 40.0 if at >= BEGINS + 0.5 else 0.0)
        own = await announced(r)
        await play(r, BEGINS + 0.5, BEGINS + 10.0)
        assert own.newest is not None
        ended = own.newest.at
        await play(r, BEGINS + 10.0, BEGINS + 12.0)
        told = {each.alert.kind: each.alert for each in r.log.stored}
        assert AlertKind.HEAD_TURNED in told
        assert told[AlertKind.HEAD_TURNED].started_at == pytest.approx(ended + 2.0, abs=0.11)
        first = next(e.alert for e in r.log.stored if e.alert.kind is AlertKind.HEAD_TURNED)
        assert first.label in (Label.HEAD_LEFT, Label.HEAD_RIGHT)


@in_loop
async def test_who_leaves_meanwhile_is_told() -> None:
    async with running(watched(rules=QUICK)) as r:
        await announced(r)
        r.inference.show = NOBODY
        await play(r, BEGINS + 0.5, BEGINS + 1.0)
        assert r.log.told == ["challenge started", "nobody started"]


@in_loop
async def test_it_silences_nobody_for_long() -> None:
    """Whoever asks again and again: 20 seconds between two are judged, but for the first two."""
    async with running(watched(rules=QUICK)) as r:
        own = await announced(r)
        with pytest.raises(ChallengeError, match="under way"):
            own.begin(BEGINS + 0.5, SECONDS)
        own.cancel(BEGINS + 1.0)
        assert own.newest is None
        for later, rest in ((1.0, 20), (8.2, 13), (20.9, 0)):
            with pytest.raises(ChallengeError, match=f"wait for {rest} s"):
                own.begin(BEGINS + later, SECONDS)
        own.begin(BEGINS + 21.0, SECONDS)
        assert own.run is not None


@in_loop
async def test_with_a_lead_nobody_foresees_the_moment() -> None:
    async with running(watched(rules=QUICK)) as r:
        r.inference.show = doing(lambda at: 40.0)
        begun = set()
        for n in range(6):
            own = await announced(r, BEGINS + 60.0 * n, lead=2.0)
            assert (own.run, own.under_way) == (None, True)
            await play(r, BEGINS + 60.0 * n + 0.1, BEGINS + 60.0 * n + 4.2)
            assert own.run is not None
            waited = own.run.challenge.begins - BEGINS - 60.0 * n
            assert 2.0 <= waited <= 4.1
            begun.add(round(waited, 1))
            own.cancel(own.run.challenge.begins)
        assert len(begun) > 1
        assert "head_turned started" in r.log.told  # before it was announced it was judged


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
async def test_one_that_waits_for_pictures_is_forgotten() -> None:
    async with running(watched()) as r:
        own = await announced(r, lead=5.0)
        r.session.tick(own._begun + 1.0)
        assert own.under_way
        r.session.tick(own._begun + challenges.SILENT + 0.1)
        assert not own.under_way


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
