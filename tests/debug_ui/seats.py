"""Fifty sessions for the wall, and what was told of them."""

import time

from app.types import Alert, AlertKind, Edge, Label, SessionInfo, SessionState, Severity
from tests.storage.builders import alert, opened, session

HOSTILE = "<img src=x onerror=alert(1)>"
LONG = "a very long name " * 15
COUNT = 50
WORST, WORSE = "seat 07", "seat 31"
"""Critical since 40 s, and since 20 s."""
AWAY = "seat 12"
"""Looks away."""
OVER = "seat 20"
"""Looked away until a moment ago."""
PAUSED = "seat 44"


def _named(number: int) -> str:
    return {3: HOSTILE, 4: LONG}.get(number, f"seat {number:02}")


def _phone(at: float) -> Alert:
    return alert(
        "a",
        kind=AlertKind.PHONE,
        label=Label.PHONE,
        severity=Severity.CRITICAL,
        at=at,
        started_at=at,
    )


def _sessions(now: float) -> list[tuple[SessionInfo, list[Alert]]]:
    """All began 100 s ago, one after the other."""
    began = now - 100
    told = {
        WORST: [_phone(60), alert("b", at=70, started_at=70)],
        WORSE: [_phone(80)],
        AWAY: [alert("a", at=90, started_at=90)],
        OVER: [alert("a", at=80, started_at=79), alert("a", Edge.ENDED, at=98, ended_at=98)],
        HOSTILE: [alert("a", severity=Severity.INFO, label=Label.BLACK, at=50, started_at=50)],
    }
    ids = [_named(number) for number in range(COUNT)]
    return [
        (
            session(
                each,
                created_at=began + number / 1000,
                state=SessionState.PAUSED if each == PAUSED else SessionState.RUNNING,
                room=HOSTILE if each == HOSTILE else f"room {number % 5}",
                participant=None if number % 2 else LONG,
            ),
            told.get(each, []),
        )
        for number, each in enumerate(ids)
    ]


async def store_seats(url: str) -> None:
    async with opened(url) as store:
        for info, alerts in _sessions(time.time()):
            await store.sessions.create(info)
            await store.log.append(info.id, alerts)
