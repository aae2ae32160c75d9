"""Whether a session watches somebody at present, for what needs the candidate's face."""

from app.errors import SessionError
from app.session.session import Session
from app.types import SessionInfo, SessionState, Track


def watched(
    info: SessionInfo,
    session: Session | None,
    refused: type[SessionError],
    *,
    purpose: str,
    reason: str,
) -> tuple[Session, float]:
    """The session that runs and sees somebody, and its time.

    Raises `refused`, with what to do in words: `purpose` is wanted, and needs pictures because of
    `reason`.
    """
    if info.state is not SessionState.RUNNING:
        raise refused(f"the session {info.id!r} is {info.state}: start it, then {purpose}")
    now = None if session is None else session.tracks.now
    if session is None or now is None or Track.VIDEO not in session.tracks.publishing:
        raise refused(
            f"nobody sends pictures to the session {info.id!r}: {reason}, so send its video first"
        )
    return session, now
