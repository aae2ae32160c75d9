"""`/v1/livekit/webhook`: what a LiveKit server tells of its rooms."""

import asyncio
import logging
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, Field

from app.api.deps import get_services
from app.errors import WebhookError, WebhookKeyError, WebhookSignatureError
from app.session.rooms import Rooms
from app.settings import Settings
from app.types import Track

if TYPE_CHECKING:  # at run time only once a webhook comes: it takes half a second
    from livekit.protocol.webhook import WebhookEvent

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/livekit", tags=["livekit"])


class Concerned(BaseModel):
    """What a webhook did."""

    sessions: list[str] = Field(description="Those that it ended, or in which it was noted.")


@router.post("/webhook")
async def webhook(
    request: Request, authorization: Annotated[str | None, Header()] = None
) -> Concerned:
    """A participant's leaving and a room's end end sessions; unpublished tracks are noted.

    Signed by the LiveKit server with the key and secret of this service. All other events are
    taken and change nothing.
    """
    services = get_services(request)
    settings, body = services.settings, await request.body()
    event = await asyncio.to_thread(received, body, authorization or "", settings)
    return Concerned(sessions=await _follow(event, services.rooms))


def received(body: bytes, authorization: str, settings: Settings) -> "WebhookEvent":
    """The event, its signature checked.

    Raises WebhookKeyError, WebhookSignatureError, or WebhookError where what was signed is none.
    """
    key, secret = settings.api_key, settings.api_secret.get_secret_value()
    if not key or not secret:
        raise WebhookKeyError(
            "webhooks are not taken unsigned: set PROCTOR_API_KEY and PROCTOR_API_SECRET (or "
            "LIVEKIT_API_KEY and LIVEKIT_API_SECRET) to the LiveKit server's key and secret"
        )
    if not authorization:
        raise WebhookSignatureError("no Authorization header: LiveKit signs its webhooks in it")
    from google.protobuf.json_format import ParseError
    from livekit.api import TokenVerifier, WebhookReceiver

    token = authorization.removeprefix("Bearer ")
    try:
        return WebhookReceiver(TokenVerifier(key, secret)).receive(body.decode(), token)
    except ParseError as error:
        raise WebhookError(f"this is no event of LiveKit's: {error}") from None
    except Exception as error:  # of many classes, and bare ones
        raise WebhookSignatureError(f"this webhook's signature does not hold: {error}") from None


async def _follow(event: "WebhookEvent", rooms: Rooms) -> list[str]:
    room, participant = event.room.name, event.participant.identity
    at = float(event.created_at) or None
    if not room:
        return []
    if event.event == "room_finished":
        concerned = await rooms.finished(room, at)
    elif event.event == "participant_left" and participant:
        concerned = await rooms.left(room, participant, at)
    elif event.event == "track_unpublished" and participant:
        if (track := _track(event)) is None:
            return []
        concerned = await rooms.unpublished(room, participant, track, at)
    else:
        return []
    if concerned:
        logger.info("a webhook concerned sessions", extra={"event": event.event, "ids": concerned})
    return concerned


def _track(event: "WebhookEvent") -> Track | None:
    from livekit.protocol.models import TrackSource

    sources = {TrackSource.CAMERA: Track.VIDEO, TrackSource.MICROPHONE: Track.AUDIO}
    return sources.get(event.track.source)
