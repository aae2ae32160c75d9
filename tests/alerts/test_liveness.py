"""All cues together make one liveness: what is worth how much, and what it raises."""

from collections.abc import Iterable

import pytest

from app.alerts.engine import AlertEngine
from app.alerts.liveness import Cues, LivenessJudge, Suspicion
from app.alerts.rules import DEFAULT_RULES
from app.types import Alert, AlertKind, Edge, Label, Severity, Signal

RULE = DEFAULT_RULES[AlertKind.SPOOF]
HINTS = Cues(without_blink=True, regular=True, changed=True, challenge_passed=False)


def judged(*cues: Cues) -> LivenessJudge:
    """One look a second."""
    judge = LivenessJudge(RULE)
    for at, each in enumerate(cues):
        judge.update(float(at), each, {})
    return judge


def liveness(cues: Cues) -> float:
    newest = judged(cues).newest
    assert newest is not None
    return newest.fraction


def signals(cues: Iterable[Cues]) -> list[Signal]:
    judge = LivenessJudge(RULE)
    found = [judge.update(float(at), each, {"some_number": 1.0}) for at, each in enumerate(cues)]
    return [signal for signal in found if signal is not None]


def alerts(cues: Iterable[Cues]) -> list[Alert]:
    engine = AlertEngine(DEFAULT_RULES, lambda: "id")
    return [alert for signal in signals(cues) for alert in engine.update([signal])]


@pytest.mark.parametrize(
    ("cues", "least", "most"),
    [
        (Cues(), 0.8, 0.8),
        (Cues(network=0.99), 0.9, 1.0),
        (Cues(network=0.5), 0.8, 0.8),
        (Cues(network=0.15), 0.3, 0.5),
        (Cues(network=0.0), 0.0, 0.1),
        (Cues(bezel=0.3), 0.6, 0.8),
        (Cues(bezel=1.0), 0.2, 0.5),
        (Cues(flatness=1.0), 0.2, 0.5),
        (Cues(loop=1.0), 0.0, 0.2),
        (Cues(without_blink=True), 0.6, 0.7),
        (Cues(challenge_passed=False), 0.5, 0.7),
        (Cues(challenge_passed=True), 0.85, 0.9),
        (Cues(bezel=0.7, network=0.99), 0.6, 0.7),
        (Cues(bezel=1.0, network=0.99), 0.4, 0.5),
        (Cues(bezel=1.0, network=0.01), 0.0, 0.05),
        (Cues(flatness=1.0, network=0.99), 0.4, 0.5),
        (Cues(loop=1.0, network=0.99), 0.0, 0.2),
        (Cues(bezel=0.7, challenge_passed=True), 0.3, 0.5),
        (Cues(network=0.05, challenge_passed=True), 0.0, 0.3),
        (Cues(network=0.99, challenge_passed=True), 0.95, 1.0),
        (Cues(challenge_passed=False, without_blink=True), 0.5, 0.6),
        (Cues(network=0.4, challenge_passed=False, without_blink=True), 0.4, 0.5),
    ],
)
def test_what_a_cue_is_worth(cues: Cues, least: float, most: float) -> None:
    assert least - 1e-9 <= liveness(cues) <= most + 1e-9


def test_what_merely_did_not_happen_raises_nothing() -> None:
    """No blink, too regular times, a changed source and an overlooked challenge, all at once."""
    assert liveness(HINTS) > RULE.limits["liveness_fraction"]
    assert alerts([HINTS] * 60) == []


def test_nothing_known_raises_nothing_and_says_how_little_that_is() -> None:
    judge = judged(*[Cues()] * 10)
    assert judge.newest is not None
    assert judge.newest.confidence == 0
    assert judge.newest.suspicion is Suspicion.UNKNOWN
    assert alerts([Cues()] * 60) == []


def test_the_networks_alone_are_a_strong_suspicion_and_critical() -> None:
    started, ended = alerts([Cues(network=0.01)] * 6 + [Cues(network=0.99)] * 8)
    assert (started.edge, ended.edge) == (Edge.STARTED, Edge.ENDED)
    assert started.label is Label.SPOOF
    assert started.severity is Severity.CRITICAL
    assert started.at <= 3.0
    assert started.evidence["suspicion"] == "strong"
    assert started.evidence["cues"] == "network"
    assert started.evidence["some_number"] == 1.0
    assert started.announced


def test_a_rim_alone_is_a_moderate_suspicion_and_a_warning() -> None:
    (started,) = alerts([Cues(bezel=0.9)] * 6)
    assert started.severity is Severity.WARNING
    assert started.evidence["suspicion"] == "moderate"
    assert started.evidence["cues"] == "bezel"
    assert 0.5 < started.confidence < 0.8


def test_the_weightiest_reason_comes_first() -> None:
    judge = judged(Cues(bezel=1.0, without_blink=True, network=0.4))
    assert judge.newest is not None
    assert judge.newest.against == ("bezel", "no_blink", "network")


def test_what_looks_real_may_be_fed_all_the_same() -> None:
    """The reasons are those of the likeliest way."""
    judge = judged(Cues(bezel=0.4, loop=1.0, regular=True, network=0.99))
    assert judge.newest is not None
    assert judge.newest.against == ("loop", "regular_times")
    assert judge.newest.confidence > 0.8


def test_reasons_that_disagree_are_little_confidence() -> None:
    agree, differ = judged(Cues(network=0.02, bezel=1.0)), judged(Cues(network=0.98, bezel=0.6))
    assert agree.newest is not None
    assert differ.newest is not None
    assert agree.newest.confidence > 0.9 > 0.3 > differ.newest.confidence


def test_a_single_bad_look_is_no_signal() -> None:
    looks = [Cues(network=0.99), Cues(network=0.0), Cues(network=0.99)] * 5
    assert not any(signal.entered for signal in signals(looks[:1] + looks))


def test_between_the_two_limits_an_episode_stays_and_none_begins() -> None:
    between = Cues(network=0.25)
    assert 0.5 < liveness(between) < 0.6
    assert alerts([between] * 20) == []
    assert len(alerts([Cues(network=0.0)] * 6 + [between] * 20)) == 1


def test_an_accusation_has_its_reasons() -> None:
    """Those of the look in the middle: the newest may know none."""
    looks = [Cues(network=0.01)] * 3 + [Cues()]
    last = signals(looks)[-1]
    assert last.entered
    assert last.evidence["cues"] == "network"
    assert last.confidence > 0.8


def test_a_time_that_goes_backwards_says_nothing() -> None:
    judge = LivenessJudge(RULE)
    judge.update(5.0, Cues(), {})
    assert judge.update(4.0, Cues(network=0.0), {}) is None
    judge.forget()
    assert judge.newest is None
    assert judge.update(1.0, Cues(network=0.0), {}) is not None


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_network_that_is_quite_sure_is_no_infinity(share: float) -> None:
    assert 0 < liveness(Cues(network=share)) < 1
