"""Who reads what in a room of a real LiveKit server; see `assumptions`."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from client_adapter.room_alerts import LEGACY_TOPIC, TOPIC
from tests.client_adapter.worker import Worker
from tests.livekit_server.exam import Exam, open_exam, until
from tests.livekit_server.people import Person
from tests.livekit_server.server import needs_livekit
from tests.service import Service

pytestmark = [needs_livekit, pytest.mark.timeout(360)]
TEST_SECONDS = 240.0
AWAY = "No Face Detected"


def run(test: Any) -> None:
    asyncio.run(asyncio.wait_for(test, TEST_SECONDS))


def labels(messages: list[dict[str, Any]]) -> list[str]:
    """What the messages announce."""
    return [alert for message in messages for alert in message["alerts"]]


def states(messages: list[dict[str, Any]]) -> list[str]:
    """Begun and ended absences."""
    events = [event for message in messages for event in message["events"]]
    return [event["state"] for event in events if event["kind"] == "nobody"]


async def candidate_and_proctor(exam: Exam, film: Path) -> tuple[Person, Person]:
    """In the room, the candidate on camera, and all that they hear of each other kept."""
    anna, petra = await exam.enters("anna"), await exam.enters("petra")
    anna.overhears()
    petra.receives_alerts()
    await anna.publish(exam.plays(film))
    return anna, petra


async def marker(sender: Person, receiver: Person) -> None:
    """Something on the alerts' topic that surely arrives: the way is open."""
    await sender.room.local_participant.send_text(
        '"marker"', topic=TOPIC, destination_identities=[receiver.identity]
    )
    await until(lambda: receiver.texts, f"the marker for {receiver.identity}")


def test_the_proctor_reads_alerts_and_the_candidate_does_not(
    service: Service, worker: Worker, agent: str, film: Path
) -> None:
    async def test() -> None:
        async with open_exam(service, worker, agent) as exam:
            anna, petra = await candidate_and_proctor(exam, film)
            await exam.dispatch(
                proctors=["petra"], purpose="interview", rules={"gaze_away": {"hold": 4.0}}
            )
            await exam.publishing("anna", "audio", "video")
            await until(lambda: AWAY in labels(petra.alerts), f"{AWAY!r} with the proctor")
            # and the film goes on: the candidate comes back, and is away again
            await until(lambda: states(petra.alerts).count("started") > 1, "a second episode")
            await marker(petra, anna)
            assert anna.texts == [("petra", '"marker"')]
            assert anna.data == petra.data == []

            sessions = {event["session"] for m in petra.alerts for event in m["events"]}
            assert sessions == {f"{exam.name}_anna"}
            seqs = [event["seq"] for m in petra.alerts for event in m["events"]]
            assert seqs == sorted(set(seqs)), "each once, in their order"
            session = await exam.session("anna")
            assert session is not None
            assert session["purpose"] == "interview"
            assert session["rules"]["gaze_away"]["hold"] == 4.0
            assert (session["room"], session["participant"]) == (exam.name, "anna")
            assert await exam.session("petra") is None

            assert (anna.met, petra.met) == ({"petra"}, {"anna"}), "the agent is hidden"
            for person in (anna, petra):
                seen = person.room.remote_participants.values()
                assert [one.attributes for one in seen] == [{}]

    run(test())


def test_older_messages_only_where_they_are_asked_for(
    service: Service, worker: Worker, agent: str, film: Path
) -> None:
    async def test() -> None:
        async with open_exam(service, worker, agent) as exam:
            anna, petra = await candidate_and_proctor(exam, film)
            await exam.dispatch(proctors=["petra"], legacy_messages=True)
            await until(lambda: petra.data, "an older message with the proctor")
            sender, topic, older = petra.data[0]
            assert (sender, topic) == (None, LEGACY_TOPIC)
            assert older["participant_id"] == "anna"
            assert older["reasons"]
            await petra.room.local_participant.publish_data(
                "{}", topic="marker", destination_identities=["anna"]
            )
            await until(lambda: anna.data, "the marker with the candidate")
            assert anna.data == [("petra", "marker", {})]

    run(test())


def test_everybody_reads_where_that_is_asked_for(
    service: Service, worker: Worker, agent: str, film: Path
) -> None:
    async def test() -> None:
        async with open_exam(service, worker, agent) as exam:
            anna, petra = await candidate_and_proctor(exam, film)
            await exam.dispatch(publish_to_everyone=True, candidates=["anna"])
            await until(lambda: AWAY in labels(petra.alerts), f"{AWAY!r} with the proctor")
            await until(lambda: anna.texts, "the same with the candidate")
            sender, text = anna.texts[0]
            assert sender == "", "a hidden agent has no identity"
            assert json.loads(text) in petra.alerts

    run(test())


@pytest.mark.parametrize("claimed", [None, "petra", "proctor-1"])
def test_a_forged_alert_is_dropped(
    service: Service,
    worker: Worker,
    agent: str,
    claimed: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever sender it claims: the server knows better."""

    async def test() -> None:
        async with open_exam(service, worker, agent) as exam:
            anna, petra = await exam.enters("anna"), await exam.enters("petra")
            petra.receives_alerts()
            await until(lambda: "petra" in anna.room.remote_participants, "anna sees petra")
            await until(lambda: "anna" in petra.room.remote_participants, "petra sees anna")
            forged = json.dumps({"alerts": [], "events": []})
            me = anna.room.local_participant
            if claimed is None:
                await me.send_text(forged, topic=TOPIC, destination_identities=["petra"])
            else:
                writer = await me.stream_text(
                    topic=TOPIC, destination_identities=["petra"], sender_identity=claimed
                )
                await writer.write(forged)
                await writer.aclose()
            await until(
                lambda: "dropped an alert that 'anna' forged" in caplog.text, "dropped and logged"
            )
            assert petra.alerts == []

    run(test())
