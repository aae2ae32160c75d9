"""A session's looks at faces: what is asked beside, where the face was, how long it waited."""

import time
from dataclasses import replace

from app.errors import InvalidFrameError
from app.session.cadence import Cadences
from app.session.extras import Extras
from app.session.inference import FaceLease
from app.types import Frame, FrameAnalysis
from app.vision.analyzer import Tracking

WAITING = "waiting"
"""The stage before the first: from a frame's last byte until its look began."""


class FaceLooks:
    """One session's."""

    def __init__(self, cadences: Cadences) -> None:
        self._extras = Extras(cadences)
        self._tracking = Tracking()

    def arrived(self, at: float) -> None:
        """A picture of this time came, whether it is looked at or not."""
        self._extras.arrived(at)

    async def look(self, lease: FaceLease, frame: Frame) -> FrameAnalysis:
        """What the frame shows. Raises whatever `analyse` raises."""
        waited = max(0.0, time.monotonic() - frame.received_at)
        also = self._extras.take()
        try:
            analysis, self._tracking = await lease.analyse(frame, self._tracking, also)
        except InvalidFrameError:
            self._extras.give_back(also)
            raise
        except Exception:
            self._tracking = Tracking()
            raise
        return replace(analysis, stages={WAITING: waited, **analysis.stages})
