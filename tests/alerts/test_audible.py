"""What makes sound not assessable, from which limit on, and what that suspends."""

from dataclasses import replace

import pytest

from app.alerts.audible import Audible
from app.alerts.rules import DEFAULT_RULES
from app.types import AlertKind, Label, Level, Track

RULE = DEFAULT_RULES[AlertKind.NOT_ASSESSABLE]
GOOD = Level(
    at=20.0,
    rms_decibels=-30.0,
    peak_decibels=-12.0,
    clipped=0.0,
    noise_decibels=-60.0,
    speech_seconds=5.0,
    signal_to_noise=30.0,
    flat_seconds=0.0,
    open_microphone=True,
)
QUIET = replace(GOOD, speech_seconds=0.0, signal_to_noise=None)


@pytest.mark.parametrize(
    ("level", "received", "reason"),
    [
        (GOOD, 1.0, None),
        (QUIET, None, None),
        (replace(QUIET, flat_seconds=4.9), 1.0, None),
        (replace(QUIET, flat_seconds=5.0), 1.0, Label.MUTED),
        (replace(QUIET, flat_seconds=59.0, open_microphone=False), 1.0, None),
        (replace(QUIET, flat_seconds=60.0, open_microphone=False), 1.0, Label.MUTED),
        (replace(GOOD, clipped=0.14), 1.0, None),
        (replace(GOOD, clipped=0.15), 1.0, Label.CLIPPED),
        (replace(GOOD, signal_to_noise=3.0), 1.0, None),
        (replace(GOOD, signal_to_noise=2.9), 1.0, Label.NOISY),
        (replace(GOOD, noise_decibels=-10.0), 1.0, None),  # loud noise, a louder voice
        (replace(QUIET, noise_decibels=-20.0), 1.0, None),
        (replace(QUIET, noise_decibels=-19.0), 1.0, Label.NOISY),
        (GOOD, 0.7, None),
        (GOOD, 0.69, Label.TOO_LITTLE_SOUND),
        (replace(QUIET, flat_seconds=9.0), 0.5, Label.TOO_LITTLE_SOUND),
        (replace(GOOD, clipped=0.5, signal_to_noise=1.0), 1.0, Label.CLIPPED),
    ],
)
def test_the_plainest_reason_is_told(
    level: Level, received: float | None, reason: Label | None
) -> None:
    audible = Audible(RULE)
    signal = audible.listen(20.0, level, received)
    assert audible.reason is reason
    assert signal.entered is signal.remains is (reason is not None)
    assert signal.track is Track.AUDIO
    assert reason is None or signal.label is reason


def test_evidence_names_the_number_and_its_limit() -> None:
    signal = Audible(RULE).listen(20.0, replace(GOOD, clipped=0.3), 1.0)
    assert signal.evidence == {"clipped_fraction": 0.3, "limit_clipped_fraction": 0.15}
    assert signal.since is None


def test_a_microphone_was_muted_when_its_silence_began() -> None:
    assert Audible(RULE).listen(20.0, replace(QUIET, flat_seconds=6.0), 1.0).since == 14.0


@pytest.mark.parametrize(
    ("bad", "hardly_better", "better"),
    [
        (
            replace(GOOD, clipped=0.2),
            replace(GOOD, clipped=0.125),
            replace(GOOD, clipped=0.11),
        ),
        (
            replace(GOOD, signal_to_noise=2.0),
            replace(GOOD, signal_to_noise=3.5),
            replace(GOOD, signal_to_noise=3.7),
        ),
        (
            replace(QUIET, noise_decibels=-15.0),
            replace(QUIET, noise_decibels=-23.0),
            replace(QUIET, noise_decibels=-25.0),
        ),
    ],
)
def test_it_leaves_further_than_it_enters(bad: Level, hardly_better: Level, better: Level) -> None:
    audible = Audible(RULE)
    assert not audible.listen(20.0, hardly_better, 1.0).entered
    assert audible.listen(20.0, bad, 1.0).entered
    assert audible.listen(20.0, hardly_better, 1.0).entered
    assert not audible.listen(20.0, better, 1.0).entered
    assert not audible.listen(20.0, hardly_better, 1.0).entered


def test_while_no_sound_comes_only_that_is_told() -> None:
    audible = Audible(RULE)
    assert audible.wait(20.0, 0.9) is None
    signal = audible.wait(21.0, 0.2)
    assert signal is not None
    assert signal.label is Label.TOO_LITTLE_SOUND
    assert signal.evidence == {"received_fraction": 0.2, "limit_received_fraction": 0.7}


@pytest.mark.parametrize("kind", AlertKind)
def test_what_is_judged_from_sound_is_suspended(kind: AlertKind) -> None:
    audible = Audible(RULE)
    assert not audible.suspends(kind)
    audible.listen(20.0, replace(QUIET, flat_seconds=9.0), 1.0)
    of_sound = {AlertKind.SEVERAL_SPEAKERS, AlertKind.VOICE_WITHOUT_LIPS}
    assert audible.suspends(kind) is (kind in of_sound)
