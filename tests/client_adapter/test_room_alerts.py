"""Alerts in the room: who gets them, and whose are believed."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from livekit import rtc
from livekit.rtc.data_stream import TextStreamInfo

from client_adapter import receive_alerts
from client_adapter.room_alerts import LEGACY_TOPIC, TOPIC, Audience, RoomAlerts
from tests.client_adapter.seen import in_loop, until
from tests.client_adapter.stand_ins import AGENT, Room

MESSAGE: dict[str, Any] = {"alerts": ["Looking Left"], "events": [{"seq": 7, "session": "r_anna"}]}
ENDED: dict[str, Any] = {"alerts": [], "events": [{"seq": 8, "session": "r_anna"}]}


@dataclass
class Agent:
    """This worker in the room: what it sends is kept."""

    failures: int = 0
    texts: list[tuple[str, str, list[str] | None, dict[str, str]]] = field(default_factory=list)
    data: list[tuple[dict[str, Any], str, list[str], bool]] = field(default_factory=list)

    async def send_text(
        self,
        text: str,
        *,
        topic: str,
        destination_identities: list[str] | None,
        attributes: dict[str, str],
    ) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the room is on its way back")
        self.texts.append((text, topic, destination_identities, attributes))

    async def publish_data(
        self, payload: str, *, reliable: bool, destination_identities: list[str], topic: str
    ) -> None:
        self.data.append((json.loads(payload), topic, destination_identities, reliable))


def with_agent(agent: Agent, *proctors: str, older: tuple[str, ...] = ()) -> rtc.Room:
    """Where besides these there is nobody; `older`: proctors whose clients are."""
    room = Room("exam 7")
    for proctor in proctors:
        room.joins(proctor)
    for proctor in older:
        room.joins(proctor, protocol=1)
    room.rtc._local_participant = cast(rtc.LocalParticipant, agent)
    return room.rtc


@in_loop
async def test_the_service_s_message_goes_to_the_proctors_alone() -> None:
    agent = Agent()
    room = with_agent(agent, "otto", "eva", "anna")
    alerts = RoomAlerts(room, "anna", Audience(proctors=("eva", "otto", "away")))
    await alerts.publish(MESSAGE, hears=True)
    await alerts.publish(ENDED, hears=True)
    assert [json.loads(text) for text, *_ in agent.texts] == [MESSAGE, ENDED]
    assert [rest for _, *rest in agent.texts] == 2 * [
        [TOPIC, ["eva", "otto"], {"participant": "anna"}]
    ]
    assert agent.data == []


@in_loop
async def test_older_clients_get_it_in_the_header_which_nobody_else_can_read() -> None:
    agent = Agent()
    room = with_agent(agent, "eva", older=("otto",))
    audience = Audience(proctors=("eva", "otto"))
    await RoomAlerts(room, "anna", audience).publish(MESSAGE, hears=True)
    new, old = agent.texts
    assert (json.loads(new[0]), new[2]) == (MESSAGE, ["eva"])
    assert (old[0], old[2]) == ("", ["otto"])
    assert json.loads(old[3]["message"]) == MESSAGE


@in_loop
async def test_who_is_not_there_is_not_told() -> None:
    agent = Agent()
    room = with_agent(agent, "anna")
    await RoomAlerts(room, "anna", Audience(proctors=("eva",))).publish(MESSAGE, hears=True)
    assert agent.texts == []


@in_loop
async def test_a_long_message_comes_in_parts_that_fit_into_a_header() -> None:
    events = [{"seq": seq, "evidence": {"word": "x" * 300}} for seq in range(100)]
    agent = Agent()
    alerts = RoomAlerts(with_agent(agent, "eva"), "anna", Audience(proctors=("eva",)))
    await alerts.publish({"alerts": ["Looking Left"], "events": events}, hears=True)
    told = [json.loads(text) for text, *_ in agent.texts]
    assert [event for message in told for event in message["events"]] == events
    assert [message["alerts"] for message in told] == [["Looking Left"], *[[]] * (len(told) - 1)]
    assert max(len(text) for text, *_ in agent.texts) <= 10_000


@in_loop
async def test_without_an_audience_nothing_is_sent() -> None:
    agent = Agent()
    await RoomAlerts(with_agent(agent), "anna", Audience()).publish(MESSAGE, hears=True)
    assert agent.texts == []


@in_loop
async def test_everybody_only_where_asked_for() -> None:
    agent = Agent()
    alerts = RoomAlerts(with_agent(agent), "anna", Audience(proctors=("anna",), everyone=True))
    await alerts.publish(MESSAGE, hears=True)
    assert agent.texts[0][2] is None
    with pytest.raises(ValueError, match="names the candidate"):
        RoomAlerts(with_agent(agent), "anna", Audience(proctors=("anna",)))


@in_loop
async def test_the_older_message_where_asked_for() -> None:
    agent = Agent()
    audience = Audience(proctors=("eva",), legacy=True)
    alerts = RoomAlerts(with_agent(agent, "eva"), "anna", audience)
    await alerts.publish(MESSAGE, hears=False)
    await alerts.publish(ENDED, hears=False)
    ((older, topic, to, reliable),) = agent.data
    assert (topic, to, reliable) == (LEGACY_TOPIC, ["eva"], True)
    assert older.pop("timestamp") > 1.7e9
    assert older == {
        "type": "proctoring_result",
        "participant_id": "anna",
        "cheating": True,
        "audio_present": False,
        "reasons": ["Looking Left"],
    }


@in_loop
async def test_a_room_that_comes_back_gets_it_once() -> None:
    agent = Agent(failures=1)
    alerts = RoomAlerts(with_agent(agent, "eva"), "anna", Audience(proctors=("eva",)))
    await alerts.publish(MESSAGE, hears=True)
    assert len(agent.texts) == 1


@in_loop
async def test_a_room_that_is_gone_holds_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    room = Room("exam 7")
    room.joins("eva")
    room.rtc._local_participant = None
    alerts = RoomAlerts(room.rtc, "anna", Audience(proctors=("eva",)))
    await alerts.publish(MESSAGE, hears=True)
    assert "did not reach the room" in caplog.text


@dataclass
class Reader:
    """A text stream that came."""

    text: str
    attributes: dict[str, str] = field(default_factory=dict)
    closed: bool = False

    @property
    def info(self) -> TextStreamInfo:
        return TextStreamInfo("id", "text/plain", TOPIC, 0, 0, self.attributes, [])

    async def read_all(self) -> str:
        return self.text

    def close(self) -> None:
        self.closed = True


class Proctor:
    """Who listens in a room with an agent, a candidate, and another agent's namesake."""

    def __init__(self) -> None:
        room = Room("exam 7")
        self.room = room.rtc
        self.told: list[dict[str, Any]] = []
        room.joins("anna")
        room.joins("agent-7")
        room.joins("proctor-1", AGENT)
        self.end: Callable[[], None] = receive_alerts(self.room, self.told.append)

    def comes(self, sender: str, text: str, **attributes: str) -> Reader:
        """As LiveKit's SDK hands it over."""
        reader = Reader(text, attributes)
        handler = self.room._text_stream_handlers[TOPIC]
        handler(cast(rtc.TextStreamReader, reader), sender)
        return reader


@pytest.mark.parametrize("sender", ["proctor-1", ""], ids=["an agent", "a hidden agent"])
@in_loop
async def test_an_agent_is_believed(sender: str) -> None:
    proctor = Proctor()
    proctor.comes(sender, json.dumps(MESSAGE))
    proctor.comes(sender, json.dumps(ENDED))
    await until(lambda: len(proctor.told) == 2, "both told")
    assert proctor.told == [MESSAGE, ENDED]


@in_loop
async def test_it_may_come_in_the_header() -> None:
    proctor = Proctor()
    proctor.comes("", "", message=json.dumps(MESSAGE))
    await until(lambda: bool(proctor.told), "it told")
    assert proctor.told == [MESSAGE]


@pytest.mark.parametrize("sender", ["anna", "agent-7", "somebody who left"])
@in_loop
async def test_a_candidate_s_forgery_is_dropped_and_logged(
    sender: str, caplog: pytest.LogCaptureFixture
) -> None:
    proctor = Proctor()
    forged = proctor.comes(sender, json.dumps({"alerts": [], "events": []}))
    proctor.comes("proctor-1", json.dumps(MESSAGE))
    await until(lambda: bool(proctor.told), "the true one told")
    assert proctor.told == [MESSAGE]
    assert forged.closed
    assert f"dropped an alert that {sender!r} forged" in caplog.text


@in_loop
async def test_what_cannot_be_read_ends_nothing() -> None:
    proctor = Proctor()
    proctor.comes("", "no json")
    proctor.comes("", "[1, 2]")
    proctor.comes("", json.dumps(MESSAGE))
    await until(lambda: bool(proctor.told), "the good one told")
    assert proctor.told == [MESSAGE]


@in_loop
async def test_after_its_end_nothing_is_told() -> None:
    proctor = Proctor()
    proctor.end()
    assert TOPIC not in proctor.room._text_stream_handlers
    await asyncio.sleep(0)
