"""The camera's pictures with what was seen in them, for whoever looks: drawn once for all."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator

import simplejpeg

from app.session.camera import Camera, CameraState
from app.session.camera_reader import Shot
from app.session.registry import Registry
from app.session.session import Session
from app.types import FrameAnalysis
from app.vision.decode import FrameLimits, decode, read_header
from app.vision.overlay import Words, card, draw

logger = logging.getLogger(__name__)

MOST_PER_SECOND = 15.0
QUALITY = 80
UNSEEN_SECONDS = 0.5
"""After the last look that was drawn, pictures are shown without one."""
CARD_SECONDS = 1.0
"""Between two cards that say the same: whoever looks sees that the service is there."""
CARD_SIZE = (640, 360)
PAUSED = "Paused: nothing is watched"
DELETED = CameraState.DELETED.capitalize()


class Preview:
    """One camera's. A viewer is given the newest picture whenever it takes one; none waits."""

    def __init__(self, camera: Camera, registry: Registry) -> None:
        self._camera = camera
        self._registry = registry
        self._newest: tuple[int, bytes] = (0, b"")
        self._came = asyncio.Event()
        """Of the next picture: each has its own."""
        self._viewers = 0
        self._drawing: asyncio.Task[None] | None = None
        self._looked: float | None = None
        """When the newest analysis that was drawn came in."""
        self._shown: float | None = None
        """When the newest picture that was shown came in."""
        self._card: tuple[str, float] | None = None
        """What it said and when; None: a picture was shown since."""
        self._size = CARD_SIZE
        self._over = False
        """The newest picture is the last: the card of a deleted session."""

    @property
    def viewers(self) -> int:
        """How many look."""
        return self._viewers

    async def watch(self) -> AsyncGenerator[bytes]:
        """JPEGs, from now on, until the session is deleted; to be closed by who takes them."""
        self._viewers += 1
        if self._drawing is None:
            self._drawing = asyncio.create_task(self._run(), name="preview")
        seen = self._newest[0]
        try:
            while True:
                while self._newest[0] == seen:
                    if self._over:
                        return
                    await self._came.wait()
                seen, jpeg = self._newest
                yield jpeg
        finally:
            self._viewers -= 1
            if not self._viewers:
                self._drawing.cancel()
                self._drawing = self._looked = self._shown = self._card = None

    async def _run(self) -> None:
        failing = False
        while True:
            began = time.monotonic()
            try:
                jpeg = await self._draw(began)
                failing = False
            except Exception:
                if not failing:
                    logger.exception("drawing what the camera sees failed")
                failing, jpeg = True, None
            if jpeg is not None:
                self._newest = (self._newest[0] + 1, jpeg)
                self._over = self._card is not None and self._card[0] == DELETED
                came, self._came = self._came, asyncio.Event()
                came.set()
            await asyncio.sleep(max(0.005, began + 1 / MOST_PER_SECOND - time.monotonic()))

    async def _draw(self, now: float) -> bytes | None:
        """The next picture; None: there is nothing new."""
        if (said := self._why_not()) is not None:
            before, when = self._card or ("", 0.0)
            if before == said and now - when < CARD_SECONDS:
                return None
            self._card = said, now
            return await asyncio.to_thread(_encoded_card, said, *self._size)
        session = self._registry.find(self._camera.plan.session_id)
        analysis = None if session is None else session.analysis
        shot = self._of(analysis)
        if shot is None:
            analysis, shot = None, self._unseen(now)
        if shot is None or session is None:
            return None
        self._shown, self._card = shot.received_at, None
        if analysis is not None:
            self._looked = shot.received_at
        jpeg, self._size = await asyncio.to_thread(_encoded, shot, analysis, session)
        return jpeg

    def _why_not(self) -> str | None:
        """Why no picture is shown, for people; None: they are."""
        if self._camera.state is not CameraState.RUNNING:
            return self._camera.state.capitalize()
        return PAUSED if self._camera.paused else None

    def _of(self, analysis: FrameAnalysis | None) -> Shot | None:
        """The picture that was looked at; None: it is gone, or was shown already."""
        if analysis is None or analysis.received_at == self._looked:
            return None
        found = (s for s in self._camera.recent if s.received_at == analysis.received_at)
        return next(found, None)

    def _unseen(self, now: float) -> Shot | None:
        """The newest, where nothing was looked at of late."""
        if self._looked is not None and now - self._looked < UNSEEN_SECONDS:
            return None
        recent = self._camera.recent
        return recent[-1] if recent and recent[-1].received_at != self._shown else None


def _encoded(
    shot: Shot, analysis: FrameAnalysis | None, session: Session
) -> tuple[bytes, tuple[int, int]]:
    header = read_header(shot.jpeg, FrameLimits(shortest_side=1, most_bytes=len(shot.jpeg)))
    picture = decode(header.frame(shot.jpeg, at=0.0, received_at=shot.received_at))
    words = [Words(text=alert.label, severity=alert.severity) for alert in session.engine.open]
    drawn = draw(picture, analysis, session.detections or (), words)
    return _jpeg(drawn), (drawn.shape[1], drawn.shape[0])


def _encoded_card(said: str, width: int, height: int) -> bytes:
    return _jpeg(card(said, width, height))


def _jpeg(picture: object) -> bytes:
    jpeg: bytes = simplejpeg.encode_jpeg(picture, QUALITY, colorsubsampling="420")
    return jpeg
