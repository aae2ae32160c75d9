"""A report of what is stored: pauses, restarts, open episodes, sound, what older services kept."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.alerts.history import History
from app.api.report import known_of
from app.api.report_making import Known, report_of
from app.api.report_views import ServiceView
from app.session.plan import SessionPlan
from app.types import (
    AlertKind,
    Edge,
    Label,
    Purpose,
    RecordedAlert,
    SessionInfo,
    SessionState,
    Severity,
)
from tests.fakes import NOBODY, SOMEBODY
from tests.session.builders import AT_ONCE, Camera, House, housed, settle
from tests.storage.builders import alert, in_loop, session

SERVICE = ServiceView(version="1", models={})
WATCHED = {
    "seconds": 3120.0,
    "judged": {"gaze_away": 0.94999, "nobody": 0.97},
    "not_assessable": {"Picture too dark": 93.6},
    "periods": [[0.0, 1000.0, "paused"], [1100.0, 3220.0, None]],
    "sound": None,
}
HEARD = {
    "seconds": 600.0,
    "judged": {"several_speakers": 0.8},
    "not_assessable": {},
    "periods": [[0.0, 500.0, "silent"], [520.0, 600.0, None]],
}


def made(info: SessionInfo, history: History, known: Known) -> dict[str, Any]:
    view = report_of(info, history, known, made_at=1.8e9, service=SERVICE)
    return view.model_dump(mode="json", by_alias=True)


async def of_stored(house: House, session_id: str) -> dict[str, Any]:
    """As a process tells it in which the session does not run."""
    info = await house.store.get(session_id)
    assert info is not None
    history, after = History(100), 0
    while page := await house.log.after(session_id, after, 3):
        history.take(page)
        after = page[-1].seq
    assert after == info.last_seq
    found = made(info, history, Known(coverage=info.coverage))
    seqs = [seq for each in found["episodes"] for seq in each["seqs"]]
    assert sorted(seqs) == list(range(1, info.last_seq + 1))
    return found


async def watch(camera: Camera, since: int, until: int) -> None:
    await camera.show(*(float(at) for at in range(since, until + 1)))


@in_loop
async def test_pauses_restarts_and_what_a_killed_process_left_open(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/proctor.db"
    plan = SessionPlan(rules={AlertKind.NOBODY: AT_ONCE})
    async with housed(url) as first:
        await first.registry.create("s", plan)
        camera = Camera(await first.registry.open("s"))
        await watch(camera, 0, 10)
        await first.registry.pause("s")
        await first.registry.start_judging("s")
        first.inference.show = NOBODY
        await watch(camera, 30, 40)
    async with housed(url) as killed:
        victim = await killed.registry.open("s")
        camera = Camera(victim)
        await watch(camera, 100, 105)
        killed.inference.show = NOBODY
        await watch(camera, 106, 110)
        await victim.outbox.flush(5.0)
        await killed.store.save_coverage("s", victim.coverage())  # as it does every 30 s
        await watch(camera, 111, 112)  # nobody will know of these
        async with housed(url) as third:
            left = await of_stored(third, "s")
            camera = Camera(await third.registry.open("s"))
            third.inference.show = SOMEBODY
            await watch(camera, 200, 210)
            await settle()
            await third.registry.stop("s")
            whole = await of_stored(third, "s")
            await third.registry.erase("s")  # the killed one must not tell more
    assert [gap["why"] for gap in left["gaps"]] == ["paused", "the service was shut down"]
    assert (left["complete"], left["summary"]["open"]) == (False, 1)
    (closed, still) = left["episodes"]
    assert closed["end_evidence"]["closed_by"] == "shutdown"
    assert (still["ended_at"], still["end_evidence"]) == (None, None)
    assert still["seconds"] == left["clock"]["to"] - still["started_at"] == 4.0
    assert [(gap["from"], gap["to"], gap["seconds"], gap["why"]) for gap in whole["gaps"]] == [
        (10.0, 30.0, 20.0, "paused"),
        (40.0, 100.0, 60.0, "the service was shut down"),
        (110.0, 200.0, 90.0, "the service was interrupted"),
    ]
    assert not any(gap["in_coverage"] for gap in whole["gaps"])
    assert whole["clock"] == {"from": 0.0, "to": 210.0}
    assert whole["coverage"]["seconds"] == 210.0 - 170.0
    assert (whole["complete"], whole["summary"]["open"]) == (True, 0)
    assert whole["session"]["ended_by"] == "rest"
    closed, cut = whole["episodes"]
    assert cut["end_evidence"] == {"closed_by": "restart"}
    assert (closed["at_least"], cut["at_least"]) == (False, True)
    assert cut["ended_at"] == 110.0  # when its coverage was kept
    (term,) = whole["risk"]["terms"]
    assert re.search("^2 episodes, at least [0-9.]+ s", term["because"])


def test_the_example_of_the_design() -> None:
    found = made(session(), History(9), Known(coverage=WATCHED))
    assert found["coverage"]["sentence"] == "judged 94 % of 52 min"
    assert found["risk"]["judged"] == 0.94999
    (gap,) = found["gaps"]
    assert (gap["from"], gap["to"], gap["why"]) == (1000.0, 1100.0, "paused")
    assert found["coverage"]["sound"] is None
    assert list(found["clock"]) == ["from", "to"]


@pytest.mark.parametrize(
    ("by_source", "ended", "why"),
    [
        (False, None, "the service was interrupted"),
        (False, "paused", "paused"),
        (True, None, None),
        (True, "paused", None),
        (None, "paused", None),
    ],
)
def test_the_last_gap_reaches_the_end_where_the_clock_is_known(
    by_source: bool | None, ended: str | None, why: str | None
) -> None:
    """By a sender's clock, nobody knows how long it was; nor by one that nobody noted."""
    told = [[0.0, 1000.0, "paused"], [1100.0, 3220.0, ended]]
    coverage = WATCHED | {"periods": told, "by_source": by_source}
    found = made(session(), History(9), Known(coverage=coverage, now=3300.0))
    last = {"from": 3220.0, "to": 3300.0, "seconds": 80.0, "why": why, "in_coverage": False}
    assert found["gaps"][1:] == ([] if why is None else [last])
    assert found["clock"]["to"] == (3220.0 if why is None else 3300.0)


@pytest.mark.parametrize(
    ("state", "until"), [(SessionState.STOPPED, 3500.0), (SessionState.PAUSED, 4000.0)]
)
def test_a_pause_lasts_until_it_is_stopped_in_whatever_process(
    state: SessionState, until: float
) -> None:
    created = 1.8e9 - 4000.0
    ended = created + 3500.0 if state is SessionState.STOPPED else None
    info = session(state=state, created_at=created, ended_at=ended)
    paused = WATCHED | {"periods": [[0.0, 3220.0, "paused"]]}
    told = replace(info, coverage=paused | {"by_source": False})
    found = made(told, History(9), known_of(told, None, 1.8e9))
    assert found["clock"]["to"] == until
    assert [(gap["to"], gap["why"]) for gap in found["gaps"]] == [(until, "paused")]
    told = replace(info, coverage=paused | {"by_source": True})
    found = made(told, History(9), known_of(told, None, 1.8e9))
    assert (found["clock"]["to"], found["gaps"]) == (3220.0, [])  # only its sender knows


def test_sound_beside_pictures_has_gaps_of_its_own() -> None:
    found = made(session(), History(9), Known(coverage=WATCHED | {"sound": HEARD}))
    assert found["coverage"]["sound"]["gaps"][0] == {
        "from": 500.0,
        "to": 520.0,
        "seconds": 20.0,
        "why": "no sound came",
        "in_coverage": True,
    }
    assert [gap["why"] for gap in found["gaps"]] == ["paused"]
    assert found["coverage"]["sentence"] == "judged 94 % of 52 min"


def test_pictures_and_sound_on_clocks_of_their_own() -> None:
    """Sound has its sender's clock, from 1970: no gap and no episode lasts for decades."""
    since = 1.7e9
    heard = HEARD | {"periods": [[since, since + 500, None]], "by_source": True}
    coverage = WATCHED | {"by_source": False, "sound": heard}
    history = History(9)
    voices = alert("v", kind=AlertKind.SEVERAL_SPEAKERS, label=Label.SEVERAL_SPEAKERS)
    muted = alert("m", kind=AlertKind.NOT_ASSESSABLE, label=Label.MUTED)
    told = [alert("g"), *(replace(each, started_at=since + 400) for each in (voices, muted))]
    told[1:] = [replace(each, at=since + 402) for each in told[1:]]
    history.take(
        RecordedAlert(session_id="s", seq=seq, alert=each) for seq, each in enumerate(told, 1)
    )
    found = made(session(), history, Known(coverage=coverage, now=3240.0))
    assert found["clock"] == {"from": 0.0, "to": 3240.0}
    assert [each["seconds"] for each in found["episodes"]] == [3229.6, 100.0, 100.0]
    assert [gap["to"] for gap in found["gaps"]] == [1100.0, 3240.0]
    assert found["coverage"]["sound"]["gaps"] == []


def test_a_session_of_sound_alone() -> None:
    nothing = {"seconds": 0.0, "judged": {}, "not_assessable": {}, "periods": []}
    found = made(session(), History(9), Known(coverage=nothing | {"sound": HEARD}))
    assert found["coverage"]["sentence"] == "judged 80 % of 10 min of sound"
    (gap,) = found["gaps"]
    assert gap == found["coverage"]["sound"]["gaps"][0]
    assert found["clock"] == {"from": 0.0, "to": 600.0}


def test_what_an_older_service_stored() -> None:
    """No periods, or nothing at all: the gaps are not known, and the rest is there."""
    old = {key: value for key, value in WATCHED.items() if key not in ("periods", "sound")}
    found = made(session(), History(9), Known(coverage=old))
    assert found["gaps"] == []
    assert found["coverage"]["sentence"] == "judged 94 % of 52 min"
    history = History(9)
    found = made(session(), history, Known(coverage=None))
    assert (found["coverage"], found["gaps"], found["risk"]["judged"]) == (None, [], None)


@pytest.mark.parametrize(
    ("judged", "words"),
    [
        (0.95, "2 episodes, 7.6 s, in 49 min judged"),
        (0.1, "2 episodes, 7.6 s, counted as in 10 min"),
    ],
)
def test_the_terms_say_why(judged: float, words: str) -> None:
    history = History(9)
    glances = [
        each
        for name, ended_at in (("a", 14.4), ("b", 14.0))
        for each in (alert(name), alert(name, Edge.ENDED, ended_at=ended_at))
    ]
    phone = alert("p", kind=AlertKind.PHONE, severity=Severity.CRITICAL, started_at=3210.0)
    gap = alert("g", kind=AlertKind.AUDIO_GAP, severity=Severity.INFO)
    history.take(
        RecordedAlert(session_id="s", seq=seq, alert=each)
        for seq, each in enumerate([*glances, phone, gap], start=1)
    )
    shares = {"gaze_away": judged, "phone": 1.0}
    risk = made(session(), history, Known(coverage=WATCHED | {"judged": shares}))["risk"]
    assert [(term["kind"], term["because"]) for term in risk["terms"]] == [
        ("phone", "1 episode, 10.0 s"),
        ("gaze_away", words),
    ]
    assert sum(term["points"] for term in risk["terms"]) == risk["score"]
    assert risk["judged"] == judged
    assert not re.search("(?i)cheat|suspici|fraud|guilt|dishonest|risky", risk["how"])


def test_rules_of_its_purpose() -> None:
    info = session(purpose=Purpose.RESEARCH, rules={AlertKind.PHONE: {"hold": 4.0}})
    rules = {rule["kind"]: rule for rule in made(info, History(9), Known(coverage=None))["rules"]}
    assert rules.keys() == set(AlertKind)
    assert (rules["drowsy"]["enabled"], rules["drowsy"]["changed"]) == (True, {})
    assert (rules["phone"]["hold"], rules["phone"]["changed"]) == (4.0, {"hold": 4.0})


@pytest.mark.parametrize("state", [SessionState.RUNNING, SessionState.PAUSED, SessionState.STOPPED])
@pytest.mark.parametrize("ended_by", ["rest", "idle", "room"])
def test_whether_more_may_come(state: SessionState, ended_by: str) -> None:
    info = session(state=state, ended_by=ended_by, ended_at=1.7e9)
    found = made(info, History(9), Known(coverage=None))
    assert found["complete"] is (state is SessionState.STOPPED)
    assert found["session"]["ended_by"] == ended_by
