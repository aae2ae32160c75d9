"""The README's worker for LiveKit, as it stands there, with real tracks and a real service."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from livekit.agents.testing import fake_job_context

from benchmarks.service import sockets_url
from client_adapter.livekit import _watched
from tests.client_adapter.seen import Seen, in_loop
from tests.client_adapter.sources import camera, microphone
from tests.client_adapter.stand_ins import CAMERA, MICROPHONE, Room
from tests.service import Service, running_service

README = (Path(__file__).parents[2] / "README.md").read_text()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


def worker(url: str) -> dict[str, Any]:
    """Its names; its service is elsewhere than on port 8000."""
    (code,) = re.findall(r"```python\n(import asyncio\n\nfrom livekit.*?)```", README, re.DOTALL)
    assert len(code.splitlines()) <= 30
    names: dict[str, Any] = {}
    elsewhere = code.replace("ctx.room, on_alert", f"ctx.room, api_url={url!r}, on_alert")
    exec(compile(elsewhere, "README.md", "exec"), names)
    return names


@in_loop
async def test_it_watches_whoever_is_not_the_invigilator(service: Service) -> None:
    exam = worker(sockets_url(service.url))["exam"]
    room = Room("readme")
    async with camera() as pictures, microphone() as sound, camera() as others:
        with fake_job_context(room=room.rtc) as context:
            await exam(context)
            for person, track, source in (
                ("anna", pictures, CAMERA),
                ("anna", sound, MICROPHONE),
                ("eva", others, CAMERA),
            ):
                if person not in room.rtc.remote_participants:
                    room.joins(person)
                publication = room.publishes(person, track, source)
                publication.set_subscribed(True)
                await publication.arrived.wait()
            seen = Seen(service, "readme_anna")
            live = await seen.until(lambda live: live["samples"]["received"] > 4800)
            assert sorted(live["publishing"]) == ["audio", "video"]
            (candidate,) = _watched[room.rtc].values()
            assert candidate.identity == "anna"
            await candidate.close()
