"""Sessions of a LiveKit room, on a real database, and what the room tells of them."""

import time

from app.session.plan import SessionPlan
from app.session.rooms import Rooms
from app.session.session import Session
from app.types import SessionState, Track
from tests.session.builders import LONG, House

ANNA = SessionPlan(room="exam", participant="anna")
LATER = LONG
"""Seconds after which news of a room comes here: after all that a test did before."""
RUNS = (SessionState.RUNNING, None)
ENDED = (SessionState.STOPPED, "room")


def rooms(house: House) -> Rooms:
    return Rooms(house.store, house.registry)


def later() -> float:
    return time.time() + LATER


async def opened(house: House, session_id: str, plan: SessionPlan = ANNA) -> Session:
    await house.registry.create(session_id, plan)
    return await house.registry.open(session_id)


async def state(house: House, session_id: str) -> tuple[SessionState, str | None]:
    info = await house.registry.get(session_id)
    return info.state, info.ended_by


def show(found: Session, track: Track, at: float) -> None:
    """Media of this time, by the sender's clock."""
    found.tracks._by_source[track] = True
    found._came(track, at, time.monotonic())
