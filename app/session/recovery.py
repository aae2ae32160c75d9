"""Episodes that a process left open when it died."""

from dataclasses import replace

from app.session.store import AlertLog
from app.types import Alert, Edge


async def end_left_open(log: AlertLog, session_id: str) -> None:
    """End them; only for a session that runs nowhere."""
    if left := await log.open_episodes(session_id):
        await log.append(session_id, [_ended(recorded.alert) for recorded in left])


def _ended(start: Alert) -> Alert:
    """It lasted at least until it was told."""
    return replace(
        start,
        edge=Edge.ENDED,
        ended_at=start.at,
        evidence={"closed_by": "restart"},
        announced=False,
    )
