"""A challenge inside a LiveKit room: to the candidate who is asked to turn, and to nobody else."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from livekit import rtc

from client_adapter.room_alerts import attempt, steps_to_named

logger = logging.getLogger(__name__)

TOPIC = "proctor.challenge"
KIND = "challenge"
SIDES = {"Turn head left": "left", "Turn head right": "right"}
"""Of the event's labels."""


class RoomChallenge:
    """Hands one candidate the challenges that concern them; of alerts it says nothing."""

    def __init__(self, room: rtc.Room, candidate: str) -> None:
        self._room = room
        self._candidate = candidate
        self._in_order = asyncio.Lock()

    async def publish(self, message: Mapping[str, Any]) -> None:
        """What of one of the service's messages is a challenge."""
        for event in message.get("events", []):
            if event["kind"] != KIND:
                continue
            text = json.dumps(challenge(event))
            async with self._in_order:
                steps = [*steps_to_named(self._room, [self._candidate], text, self._send)]
                if not steps:
                    logger.info("a challenge finds no candidate in the room")
                for step in steps:
                    await attempt(step)

    async def _send(self, text: str, to: list[str] | None, attributes: dict[str, str]) -> None:
        await self._room.local_participant.send_text(
            text, topic=TOPIC, destination_identities=to, attributes=attributes
        )


def challenge(event: Mapping[str, Any]) -> dict[str, Any]:
    """As the candidate's front end is told it; of its end, what came of it, if anything did."""
    evidence = event["evidence"]
    told = {
        "id": event["id"],
        "state": event["state"],
        "side": SIDES.get(event["label"]),
        "degrees": evidence.get("limit_degrees"),
        "seconds": evidence.get("limit_seconds"),
        "result": evidence.get("result"),
    }
    return {name: value for name, value in told.items() if value is not None}
