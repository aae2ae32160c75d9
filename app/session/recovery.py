"""Episodes that a process left open when it died."""

from dataclasses import replace

from app.alerts.past import track_of
from app.session.periods import read
from app.session.store import AlertLog
from app.types import Alert, Edge, SessionInfo, Track


async def end_left_open(log: AlertLog, info: SessionInfo) -> None:
    """End them; only for a session that runs nowhere."""
    if left := await log.open_episodes(info.id):
        await log.append(info.id, [_ended(recorded.alert, info) for recorded in left])


def _ended(start: Alert, info: SessionInfo) -> Alert:
    """It lasted at least until it was told, and until it is known that somebody watched still."""
    at = max(start.at, _watched_until(info, track_of(start.label)) or start.at)
    return replace(
        start,
        edge=Edge.ENDED,
        at=at,
        ended_at=at,
        evidence={"closed_by": "restart"},
        announced=False,
    )


def _watched_until(info: SessionInfo, track: Track) -> float | None:
    """The last look that was kept of what was watched when the process died; None: none was."""
    coverage = info.coverage
    if track is Track.AUDIO:
        coverage = coverage and coverage.get("sound")
    periods = read((coverage or {}).get("periods", ()))
    if not periods or periods[-1].why is not None:
        return None
    return max((p.until for p in periods if p.until > p.since), default=None)
