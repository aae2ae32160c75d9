"""A session's challenges: announced, followed, told, and what is not judged meanwhile."""

import pytest

from app.alerts.challenge import Reason, Result, Side
from app.errors import ChallengeError
from app.session import challenges
from app.types import AlertKind, Edge, Label
from tests.builders import face, quality
from tests.fakes import NOBODY, FakeInference, Show, showing
from tests.session.builders import (
    running,
    settle,
    watched,
)
from tests.session.turning import BEGINS, QUICK, SECONDS, announced, doing, ends, play, turning
from tests.storage.builders import in_loop


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
    async with running(watched(rules={AlertKind.CHALLENGE: {"turn_degrees": 45.0}})) as r:
        for n in range(10):
            own = await announced(r, BEGINS + 30.0 * n)
            assert own.run is not None
            assert 45 <= own.run.challenge.degrees <= 50
            own.cancel(BEGINS + 30.0 * n)


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
        for later, rest in ((1.0, 20), (8.2, 13), (20.9, 1)):
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
