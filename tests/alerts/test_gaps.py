"""Lost sound: its episode, its seconds, and the order of time."""

import pytest

from app.alerts.engine import AlertEngine
from app.alerts.gaps import Gaps
from app.alerts.rules import DEFAULT_RULES
from app.types import Alert, AlertKind, Signal

RULE = DEFAULT_RULES[AlertKind.AUDIO_GAP]


class Sound:
    """Is lost or heard, and remembers what was told."""

    def __init__(self) -> None:
        self.gaps = Gaps(RULE)
        self.engine = AlertEngine({RULE.kind: RULE}, iter("abcdef").__next__)
        self.alerts: list[Alert] = []

    def hear(self, since: float, until: float) -> None:
        at = since
        while at < until:
            self.judge(self.gaps.heard(at))
            at += 0.5

    def judge(self, signal: Signal | None) -> None:
        self.alerts += self.engine.update([] if signal is None else [signal])

    @property
    def told(self) -> list[tuple[str, float, float | None]]:
        return [(alert.edge, alert.started_at, alert.ended_at) for alert in self.alerts]


def test_what_the_service_lost() -> None:
    sound = Sound()
    sound.hear(0.0, 10.0)
    sound.judge(sound.gaps.lost(10.0, 1.0))
    sound.judge(sound.gaps.lost(11.0, 0.5))
    sound.hear(11.5, 16.0)
    assert sound.told == [("started", 10.0, None), ("ended", 10.0, 11.5)]
    assert sound.alerts[1].evidence["peak_lost_seconds"] == 1.5


def test_what_the_sender_lost_began_before_it_was_told() -> None:
    sound = Sound()
    sound.hear(0.0, 10.0)
    sound.judge(sound.gaps.missing(25.0, 12.5, 12.5))
    assert sound.told == [("started", 12.5, None)]
    (started,) = sound.alerts
    assert (started.at, started.evidence) == (25.0, {"lost_seconds": 12.5})
    sound.hear(25.0, 30.0)
    assert sound.told[1] == ("ended", 12.5, 25.0)


def test_a_jump_of_the_senders_clock_leaves_it_not_open() -> None:
    sound = Sound()
    sound.judge(sound.gaps.lost(10.0, 1.0))
    sound.hear(11.0, 12.0)
    sound.hear(60.0, 63.0)
    assert sound.told == [("started", 10.0, None), ("ended", 10.0, 11.0)]


def test_a_loss_within_an_episode_prolongs_it() -> None:
    sound = Sound()
    sound.judge(sound.gaps.lost(10.0, 1.0))
    sound.hear(11.0, 12.5)
    sound.judge(sound.gaps.missing(20.0, 13.0, 7.0))
    sound.hear(20.0, 24.0)
    assert sound.told == [("started", 10.0, None), ("ended", 10.0, 20.0)]
    assert sound.alerts[1].evidence["peak_lost_seconds"] == 8.0


def test_a_loss_begins_behind_the_last_episode() -> None:
    sound = Sound()
    sound.judge(sound.gaps.lost(10.0, 1.0))
    sound.hear(11.0, 15.0)
    sound.judge(sound.gaps.missing(20.0, 5.0, 15.0))
    assert sound.told[1:] == [("ended", 10.0, 11.0), ("started", 11.0, None)]


@pytest.mark.parametrize("at", [14.0, 12.0])
def test_sound_that_was_made_before_the_last_signal_is_told_too(at: float) -> None:
    sound = Sound()
    sound.judge(sound.gaps.lost(10.0, 1.0))
    sound.hear(11.0, 15.0)  # while nothing came: by the machine's clock
    assert sound.gaps.heard(15.0) is None
    sound.judge(sound.gaps.missing(at, 11.5, at - 11.5))
    assert sound.told[2] == ("started", 11.5, None)
    assert sound.alerts[2].evidence == {"lost_seconds": at - 11.5}
