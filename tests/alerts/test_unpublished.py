"""An unpublished track: from the room's word until its media come again."""

import pytest

from app.alerts.engine import AlertEngine
from app.alerts.rule_changes import override
from app.alerts.rules import DEFAULT_RULES
from app.alerts.unpublished import TRAILS, Unpublished
from app.types import Alert, AlertKind, AlertRule, Edge, Label, Signal, Track

RULE = DEFAULT_RULES[AlertKind.UNPUBLISHED]
VIDEO, AUDIO = Track.VIDEO, Track.AUDIO


class Room:
    """Says and shows, and remembers what became of it."""

    def __init__(self, rule: AlertRule = RULE) -> None:
        self.unpublished = Unpublished(rule)
        self.engine = AlertEngine({rule.kind: rule}, iter("abcdef").__next__)
        self.alerts: list[Alert] = []

    def say(self, at: float, since: float | None = None, track: Track = VIDEO) -> None:
        self._judge(self.unpublished.tell(track, at, at if since is None else since))

    def wait(self, *times: float, track: Track = VIDEO) -> None:
        for at in times:
            self._judge(self.unpublished.wait(track, at))

    def show(self, *times: float, track: Track = VIDEO) -> None:
        for at in times:
            self._judge(self.unpublished.came(track, at))

    @property
    def told(self) -> list[tuple[str, str, float]]:
        return [
            (a.label, a.edge, a.started_at if a.edge is Edge.STARTED else a.ended_at or 0.0)
            for a in self.alerts
        ]

    def _judge(self, signal: Signal | None) -> None:
        self.alerts += self.engine.update([] if signal is None else [signal])


STARTED = (Label.CAMERA_UNPUBLISHED, Edge.STARTED, 10.0)


def test_it_lasts_until_media_come_again() -> None:
    room = Room()
    room.show(9.0, 9.9)
    room.say(10.0)
    assert room.told == [STARTED]
    room.wait(10.5, 11.0, 11.5, 12.0, 12.5)
    room.show(13.0, 13.1)
    assert room.told == [STARTED, (Label.CAMERA_UNPUBLISHED, Edge.ENDED, 13.0)]
    assert room.alerts[1].evidence == {"duration_seconds": 3.0, "observed_seconds": 2.75}
    room.show(14.0, 20.0)
    room.wait(20.5)
    assert len(room.alerts) == 2


def test_what_was_under_way_does_not_end_it() -> None:
    room = Room()
    room.say(10.0)
    room.show(10.2, 10.0 + TRAILS)
    room.wait(12.5)
    assert room.told == [STARTED]
    room.show(12.6)
    assert len(room.told) == 2


@pytest.mark.parametrize("again", [10.0, 11.0])
def test_being_told_twice_makes_one_episode(again: float) -> None:
    room = Room()
    room.say(10.0)
    room.say(again, since=10.0)
    room.show(20.0)
    room.say(21.0, since=10.0)
    assert len(room.told) == 2


def test_news_that_is_older_than_the_media_is_none() -> None:
    room = Room()
    room.show(10.0 + TRAILS + 0.1)
    room.say(12.5, since=10.0)
    room.wait(13.0)
    assert room.told == []


def test_late_news_began_when_it_happened() -> None:
    room = Room()
    room.show(9.0)
    room.say(40.0, since=10.0)
    assert room.told == [STARTED]
    assert room.alerts[0].at == 40.0


def test_each_track_has_its_own() -> None:
    room = Room()
    room.say(10.0, track=VIDEO)
    room.say(11.0, track=AUDIO)
    room.show(20.0, track=AUDIO)
    assert room.told[1:] == [
        (Label.MICROPHONE_UNPUBLISHED, Edge.STARTED, 11.0),
        (Label.MICROPHONE_UNPUBLISHED, Edge.ENDED, 20.0),
    ]
    room.wait(20.5, track=AUDIO)
    room.wait(20.5, track=VIDEO)
    ends = room.engine.close({VIDEO: 9.0, AUDIO: 20.0}, "room")
    assert [(end.label, end.ended_at) for end in ends] == [(Label.CAMERA_UNPUBLISHED, 20.5)]


def test_unpublished_anew_is_a_new_episode() -> None:
    room = Room()
    room.say(10.0)
    room.show(20.0)
    room.say(20.5)
    room.show(30.0)
    assert [alert.id for alert in room.alerts] == ["a", "a", "b", "b"]
    assert [at for *_, at in room.told] == [10.0, 20.0, 20.5, 30.0]


def test_a_senders_clock_that_stood_still_ends_it_all_the_same() -> None:
    room = Room()
    room.show(10.0)
    room.say(10.0)
    room.wait(40.0)
    room.show(10.1)
    assert len(room.told) == 1
    room.show(12.1)
    assert room.told[1] == (Label.CAMERA_UNPUBLISHED, Edge.ENDED, 40.0)


def test_a_rule_may_ask_for_media_that_stay() -> None:
    room = Room(override(RULE, {"clear_after": 3.0, "hold": 1.0}))
    room.say(10.0)
    room.wait(10.5)
    assert room.told == []
    room.wait(11.0)
    assert room.told == [STARTED]
    room.wait(*(11.5 + n / 2 for n in range(10)))
    room.show(*(17.0 + n / 2 for n in range(10)))
    assert room.told == [STARTED, (Label.CAMERA_UNPUBLISHED, Edge.ENDED, 17.0)]


def test_a_jump_of_the_senders_clock_leaves_it_not_open() -> None:
    room = Room(override(RULE, {"clear_after": 3.0}))
    room.say(10.0)
    room.show(13.0, 13.5)
    room.show(*(80.0 + n / 2 for n in range(8)))
    assert room.told == [STARTED, (Label.CAMERA_UNPUBLISHED, Edge.ENDED, 13.0)]
