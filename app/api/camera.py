"""The service's own camera, put together from the operator's settings."""

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from typing import Self
from urllib.parse import quote

from app.api.health import Degradation, Health
from app.errors import CameraError, ProctorError, StorageError
from app.session.camera import Camera, CameraPlan
from app.session.names import check_id
from app.session.preview import Preview
from app.session.registry import Registry
from app.settings import Settings
from app.storage.event_log import EventLog
from app.types import Edge
from app.vision.capture import LONGEST_SIDE, Source

logger = logging.getLogger(__name__)

WHAT = "camera"
PAGE = 500
HOW = (
    "this service has no camera of its own: start it with `run.py camera --source 0` (or a file, "
    "or rtsp://…), or set PROCTOR_CAMERA"
)


def plan_of(settings: Settings) -> CameraPlan:
    """As the operator wishes. Raises SessionIdError."""
    return CameraPlan(
        source=Source.of(settings.camera),
        session_id=check_id(settings.camera_session),
        repeats=settings.camera_loop,
        starts=settings.camera_start,
        longest=min(LONGEST_SIDE, settings.max_frame_side),
    )


class ServerCamera:
    """A camera that feeds its session, and what is seen in it for whoever looks."""

    def __init__(self, plan: CameraPlan, registry: Registry, log: EventLog, health: Health) -> None:
        self.session_id = plan.session_id
        self.address = ""
        """Where this service is reached, such as http://127.0.0.1:8000; empty: not known yet."""
        self._registry = registry
        self._health = health
        self._log = log
        self._told = 0
        """The number of the newest alert that was counted."""
        self._camera = Camera(plan, registry, self._tell)
        self.preview = Preview(self._camera, registry)
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def open(
        cls,
        settings: Settings,
        registry: Registry,
        log: EventLog,
        health: Health,
        stack: AsyncExitStack,
    ) -> Self | None:
        """It waits for the models; None: the operator wants none. `stack` closes it."""
        if not settings.camera:
            return None
        camera = cls(plan_of(settings), registry, log, health)
        camera.start()
        stack.push_async_callback(camera.close)
        return camera

    def start(self) -> None:
        """Begin, once the models are loaded or could not be."""
        running = self._camera.run(self._ready, self._say_over)
        self._task = asyncio.create_task(running, name="camera")

    async def close(self) -> None:
        """Let go of the camera."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def opened_at(self, address: str) -> None:
        """Say what is watched, and where to look; only now, since the port may have been taken."""
        if not self.address:
            source = self._camera.plan.source.name
            logger.info("%s feeds the session %r; end with Ctrl-C", source, self.session_id)
        self.address = address
        logger.info("watch the camera: %s/?session=%s", address, quote(self.session_id, safe=""))

    async def _ready(self) -> None:
        while self._health.models == "loading":
            await asyncio.sleep(0.05)
        with suppress(ProctorError):  # there may be none yet
            self._told = (await self._registry.get(self.session_id)).last_seq

    async def _say_over(self) -> None:
        episodes = 0
        with suppress(StorageError):
            while page := await self._log.after(self.session_id, self._told, PAGE):
                episodes += sum(recorded.alert.edge is Edge.STARTED for recorded in page)
                self._told = page[-1].seq
        logger.info(
            "the file is over: %d %s; the report: %s/v1/sessions/%s/report",
            episodes,
            "alert" if episodes == 1 else "alerts",
            self.address,
            quote(self.session_id, safe=""),
        )

    def _tell(self, trouble: CameraError | None) -> None:
        if trouble is None:
            self._health.mend(WHAT)
        else:
            self._health.degrade(Degradation(what=WHAT, why=trouble.why, mend=trouble.mend))
