"""The worker in a process of its own, at a stand-in of the socket where workers register."""

import asyncio
import json
import subprocess
import sys

import pytest
from livekit.protocol.agent import JobType

from tests.client_adapter.livekit_door import KEY, SECRET, Door, open_door
from tests.client_adapter.seen import in_loop
from tests.client_adapter.worker import REPOSITORY, running_worker

HEAVY = ("app", "torch", "mediapipe", "cv2", "openvino", "onnxruntime", "fastapi", "scipy")


def environment(door: Door, **others: str) -> dict[str, str]:
    return {
        "LIVEKIT_URL": door.url,
        "LIVEKIT_API_KEY": KEY,
        "LIVEKIT_API_SECRET": SECRET,
        "PROCTURING_AGENT_NAME": "proctor-test",
        **others,
    }


@in_loop
async def test_a_worker_from_its_start_to_its_end() -> None:
    async with open_door() as door, running_worker(**environment(door)) as worker:
        await worker.says("registered worker")
        told = door.registered.result()
        assert (told.agent_name, told.type) == ("proctor-test", JobType.JT_ROOM)
        may = told.allowed_permissions
        assert (may.hidden, may.agent, may.can_subscribe, may.can_publish_data) == (True,) * 4
        assert (may.can_publish, may.can_update_metadata) == (False, False)

        for job, metadata in (
            ("disabled", '{"proctoring_enabled": false}'),
            ("broken", "{"),
            ("wrong", '{"proctors": "petra"}'),
        ):
            answer = await door.ask(job, metadata)
            assert (answer.available, answer.terminate) == (False, True), job
        assert "refused the room 'broken'" in worker.said
        assert "room 'disabled': proctoring is not enabled" in worker.said

        health = await worker.get()
        assert (health.status_code, health.text) == (200, "OK")
        assert json.loads((await worker.get("/worker")).text)["agent_name"] == "proctor-test"

        worker.asked_to_stop()
        assert await worker.ended() == 0
        assert "draining worker" in worker.said
        assert "Traceback" not in worker.said
        levels = {json.loads(line)["level"] for line in worker.said.splitlines()}
        assert levels <= {"INFO", "ERROR"}  # the errors are the two that were refused above


@in_loop
async def test_several_rooms_may_begin_at_once_and_no_more_than_it_watches() -> None:
    async with (
        open_door() as door,
        running_worker(**environment(door, PROCTURING_AGENT_ROOMS="3")) as worker,
    ):
        await worker.says("registered worker")
        metadata = ("", '{"purpose": "exam"}', '{"proctors": ["petra"]}', "{}", "{}")
        asked = (door.ask(f"AJ_{number}", each) for number, each in enumerate(metadata))
        answers = await asyncio.gather(*asked)
        taken = [answer for answer in answers if answer.available]
        assert len(taken) == 3
        for answer in taken:
            assert answer.participant_identity == f"proctor-{answer.job_id}"
            assert answer.participant_name == "Proctor"
        # the others are for other workers
        assert [a.terminate for a in answers if not a.available] == [False, False]


@pytest.mark.parametrize("module", ["client_adapter", "client_adapter.agent"])
def test_nothing_heavy_is_loaded(module: str) -> None:
    check = (
        f"import sys, {module}; print([m for m in sys.modules if m.partition('.')[0] in {HEAVY!r}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert done.stdout == "[]\n"
