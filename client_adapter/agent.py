"""A ready LiveKit worker: dispatched into a room, it watches every candidate there.

`python -m livekit.agents start client_adapter/agent.py`, with LIVEKIT_URL, LIVEKIT_API_KEY and
LIVEKIT_API_SECRET, and PROCTURING_API_URL where the service is not on this machine. It comes only
where it is dispatched by its name. Health: `GET /` on port 8081.
"""

import logging
import os

from livekit.agents import AgentServer, AutoSubscribe, JobContext, JobRequest, WorkerPermissions

from client_adapter.client import DEFAULT_URL
from client_adapter.job import Job
from client_adapter.room_watch import RoomWatch

logger = logging.getLogger(__name__)

NAME = os.environ.get("PROCTURING_AGENT_NAME", "proctor")
API_URL = os.environ.get("PROCTURING_API_URL", DEFAULT_URL)
DRAIN_SECONDS = 4 * 3600
"""A worker that is asked to stop takes no new room and sees those that it watches to their end."""

server = AgentServer(
    # It hears and sees, writes to the proctors, and shows itself to nobody.
    permissions=WorkerPermissions(
        can_publish=False, can_update_metadata=False, can_publish_data=True, hidden=True
    ),
    drain_timeout=DRAIN_SECONDS,
    num_idle_processes=1,  # nothing heavy is loaded: a second one is there when it is needed
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
