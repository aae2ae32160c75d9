"""The socket at which LiveKit's server has its workers register, and nothing behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from livekit.api import TokenVerifier
from livekit.protocol.agent import (
    AvailabilityRequest,
    AvailabilityResponse,
    Job,
    JobType,
    RegisterWorkerRequest,
    RegisterWorkerResponse,
    ServerMessage,
    WorkerMessage,
)
from livekit.protocol.models import Room, ServerInfo
from websockets.asyncio.server import ServerConnection, serve

KEY, SECRET = "devkey", "a secret of thirty-two characters"
ANSWER_SECONDS = 20.0


class Door:
    """Takes one worker and asks it whether it takes jobs."""

    def __init__(self) -> None:
        self.url = ""
        self.registered: asyncio.Future[RegisterWorkerRequest] = asyncio.Future()
        self._worker: ServerConnection | None = None
        self._answers: dict[str, asyncio.Future[AvailabilityResponse]] = {}

    async def ask(self, job: str, metadata: str) -> AvailabilityResponse:
        """What it answers to this job. Raises TimeoutError."""
        assert self._worker is not None
        answer = self._answers[job] = asyncio.get_running_loop().create_future()
        wanted = Job(
            id=job, type=JobType.JT_ROOM, room=Room(sid=f"RM_{job}", name=job), metadata=metadata
        )
        message = ServerMessage(availability=AvailabilityRequest(job=wanted))
        await self._worker.send(message.SerializeToString())
        async with asyncio.timeout(ANSWER_SECONDS):
            given: AvailabilityResponse = await answer
            return given

    async def serve(self, socket: ServerConnection) -> None:
        request = socket.request
        assert request is not None
        assert request.path == "/agent"
        bearer = request.headers["Authorization"].removeprefix("Bearer ")
        claims = TokenVerifier(KEY, SECRET).verify(bearer)
        assert claims.video is not None
        assert claims.video.agent
        self._worker = socket
        async for data in socket:
            message = WorkerMessage()
            assert isinstance(data, bytes)
            message.ParseFromString(data)
            kind = message.WhichOneof("message")
            if kind == "register":
                welcome = RegisterWorkerResponse(
                    worker_id="AW_1", server_info=ServerInfo(version="1.9.1", protocol=16)
                )
                await socket.send(ServerMessage(register=welcome).SerializeToString())
                self.registered.set_result(message.register)
            elif kind == "availability":
                self._answers[message.availability.job_id].set_result(message.availability)


@asynccontextmanager
async def open_door() -> AsyncIterator[Door]:
    door = Door()
    async with serve(door.serve, "127.0.0.1", 0) as server:
        (listening,) = server.sockets
        door.url = f"ws://127.0.0.1:{listening.getsockname()[1]}"
        yield door
