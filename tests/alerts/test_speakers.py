"""From who was heard to the signals of several speakers."""

import pytest

from app.alerts.engine import AlertEngine
from app.alerts.rules import DEFAULT_RULES, rules_for
from app.alerts.speakers import Speakers
from app.types import Alert, AlertKind, Edge, Purpose, Severity, Track, Voices

RULE = DEFAULT_RULES[AlertKind.SEVERAL_SPEAKERS]


def voices(
    at: float, confidence: float = 0.0, *, since: float | None = None, until: float = 0.0
) -> Voices:
    """Another voice from `since` to `until`, or none."""
    return Voices(
        at=at,
        speakers=1 if since is None else 2,
        confidence=confidence,
        share=0.0 if since is None else 0.25,
        similarity=None if since is None else 0.125,
        other_since=since,
        other_until=None if since is None else until,
        speech=at,
        turns=(),
    )


@pytest.mark.parametrize(
    ("heard", "entered", "remains"),
    [
        (voices(10.0), False, False),
        (voices(10.0, 0.9, since=8.0, until=9.5), True, True),
        (voices(10.0, 0.41, since=8.0, until=9.5), True, True),
        (voices(10.0, 0.25, since=8.0, until=9.5), False, True),
        (voices(10.0, 0.15, since=8.0, until=9.5), False, False),
        (voices(10.0, 0.9, since=3.0, until=3.9), False, False),
    ],
    ids=["nobody", "sure", "just", "not quite", "hardly", "long silent"],
)
def test_presence(heard: Voices, entered: bool, remains: bool) -> None:
    signal = Speakers(RULE).signal(heard)
    assert (signal.entered, signal.remains, signal.track) == (entered, remains, Track.AUDIO)


def test_what_becomes_clear_after_the_last_word_is_told_once() -> None:
    speakers = Speakers(RULE)
    unclear = voices(10.0, 0.2, since=7.0, until=8.0)
    clear = [voices(at, 0.6, since=7.0, until=8.0) for at in (12.0, 12.5, 13.0)]
    assert [speakers.signal(each).entered for each in (unclear, *clear)] == [
        False,
        True,
        False,
        False,
    ]
    again = voices(13.5, 0.6, since=7.0, until=13.4)
    assert speakers.signal(again).entered


def test_the_evidence() -> None:
    signal = Speakers(RULE).signal(voices(10.0, 0.9, since=8.0, until=9.5))
    assert signal.since == 8.0
    assert signal.evidence == {
        "speaker_count": 2,
        "other_share_fraction": 0.25,
        "speech_seconds": 10.0,
        "similarity_cosine": 0.125,
    }
    assert "similarity_cosine" not in Speakers(RULE).signal(voices(10.0)).evidence


def told(*heard: Voices) -> list[Alert]:
    engine, speakers = AlertEngine(rules_for(Purpose.EXAM, {}), lambda: "id"), Speakers(RULE)
    return [alert for each in heard for alert in engine.update([speakers.signal(each)])]


@pytest.mark.parametrize(
    ("confidence", "severity"),
    [(0.5, Severity.WARNING), (0.84, Severity.WARNING), (0.85, Severity.CRITICAL)],
)
def test_how_sure_it_is_decides_how_severe(confidence: float, severity: Severity) -> None:
    [alert] = told(voices(10.0, confidence, since=8.0, until=9.9))
    assert (alert.severity, alert.confidence, alert.started_at) == (severity, confidence, 8.0)
    assert alert.announced


def test_an_episode_ends_with_the_other_voice() -> None:
    speaks = [voices(10.0 + n / 2, 0.9, since=9.0, until=10.0 + n / 2) for n in range(5)]
    silent = [voices(12.5 + n / 2, 0.9, since=9.0, until=12.0) for n in range(16)]
    started, ended = told(*speaks, *silent)
    assert (started.edge, ended.edge, ended.severity) == (
        Edge.STARTED,
        Edge.ENDED,
        started.severity,
    )
    assert ended.ended_at == 13.5
    assert ended.at == 18.5
