"""A ready LiveKit worker: dispatched into a room, it watches every candidate there.

`python -m livekit.agents start client_adapter/agent.py`, with LIVEKIT_URL, LIVEKIT_API_KEY and
LIVEKIT_API_SECRET, and PROCTURING_API_URL where the service is not on this machine. It comes only
where it is dispatched by its name. Health: `GET /` on port 8081, or PROCTURING_AGENT_PORT.
"""

import logging
import os

from livekit.agents import AgentServer, AutoSubscribe, JobContext, JobRequest, WorkerPermissions

from client_adapter.client import DEFAULT_URL
from client_adapter.job import Job
from client_adapter.room_watch import RoomWatch
from client_adapter.sessions import rest_url

logger = logging.getLogger(__name__)

NAME = os.environ.get("PROCTURING_AGENT_NAME", "proctor")
API_URL = os.environ.get("PROCTURING_API_URL", DEFAULT_URL)
rest_url(API_URL)  # what it cannot be is told at the start, not when a candidate comes


def _number(name: str, default: int, least: int) -> int:
    """A setting. Raises ValueError."""
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or int(text) < least:
        raise ValueError(f"{name} is a number, {least} or more, not {text!r}")
    return int(text)


PORT = _number("PROCTURING_AGENT_PORT", 8081, 0)
ROOMS = _number("PROCTURING_AGENT_ROOMS", 4 * (os.cpu_count() or 1), 1)
"""That one worker watches at once, 1 or more; what a dispatch asks beyond goes to other workers."""
AT_ONCE = min(ROOMS, 8)
"""Rooms that may begin within a second, each with an idle process that waits for it."""
DRAIN_SECONDS = 4 * 3600
"""A worker that is asked to stop takes no new room and sees those that it watches to their end."""


def load(worker: AgentServer) -> float:
    """Share of its rooms that are taken.

    LiveKit's own measure is the machine's: it guesses what a room costs, and where several begin
    at once it refuses all but the first. Nobody dispatches them again.
    """
    return len(worker.active_jobs) / ROOMS


server = AgentServer(
    # It hears and sees, writes to the proctors, and shows itself to nobody.
    permissions=WorkerPermissions(
        can_publish=False, can_update_metadata=False, can_publish_data=True, hidden=True
    ),
    drain_timeout=DRAIN_SECONDS,
    port=PORT,
    load_fnc=load,
    load_threshold=1.0,
    num_idle_processes=AT_ONCE,  # nothing heavy is loaded
)


async def accept(request: JobRequest) -> None:
    """A job that cannot be understood, or that asks for nothing, is refused."""
    try:
        job = Job.read(request.job.metadata)
    except ValueError as error:
        logger.error("refused the room %r: %s", request.room.name, error)
        await request.reject()
        return
    if not job.enabled:
        logger.info("room %r: proctoring is not enabled", request.room.name)
        await request.reject()
        return
    await request.accept(name="Proctor", identity=f"proctor-{request.id}")


@server.rtc_session(agent_name=NAME, on_request=accept)
async def watch(context: JobContext) -> None:
    """Watch one room until it ends."""
    job = Job.read(context.job.metadata)
    await context.connect(auto_subscribe=AutoSubscribe.SUBSCRIBE_NONE)
    room = RoomWatch(context.room, job, API_URL)
    context.add_shutdown_callback(room.close)
    room.start()
