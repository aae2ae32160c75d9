"""Sessions in which somebody is asked to turn the head."""

from collections.abc import Callable

from app.alerts.challenge import Side
from app.session.challenges import Challenges
from app.types import Alert, AlertKind, Frame, FrameAnalysis
from tests.builders import face
from tests.fakes import Show, showing
from tests.session.builders import (
    AT_ONCE,
    Running,
    settle,
)

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
