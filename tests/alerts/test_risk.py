"""How much there is to review: 0 to 100, by terms that add up."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.alerts.risk import AWAY_KINDS, LEAST_JUDGED, Risk, Weighing
from app.types import AlertKind, Severity

Weighed = tuple[AlertKind, Severity, float, int]
"""Kind, severity, confidence, milliseconds."""
HOUR = 3600.0
GAZE, PHONE = AlertKind.GAZE_AWAY, AlertKind.PHONE
SURE_GLANCE: Weighed = (GAZE, Severity.WARNING, 1.0, 4000)
A_PHONE: Weighed = (PHONE, Severity.CRITICAL, 1.0, 2000)

episode = st.tuples(
    st.sampled_from(AlertKind),
    st.sampled_from(Severity),
    st.floats(0, 1),
    st.integers(0, 10_800_000),
)
episodes = st.lists(episode, max_size=60)
judged = st.dictionaries(st.sampled_from(AlertKind), st.floats(0, 1e6))


def weighed(given: Iterable[Weighed], judged: dict[AlertKind, float] | None = None) -> Risk:
    weighing = Weighing()
    for kind, severity, confidence, milliseconds in given:
        weighing.add(kind, severity, confidence=confidence, milliseconds=milliseconds)
    return weighing.risk({} if judged is None else judged)


@given(episodes, judged)
def test_the_terms_add_up_to_it(given: list[Weighed], judged: dict[AlertKind, float]) -> None:
    risk = weighed(given, judged)
    assert 0 <= risk.score <= 100
    assert sum(term.points for term in risk.terms) == risk.score
    assert all(term.points >= 0 for term in risk.terms)
    points = [term.points for term in risk.terms]
    assert points == sorted(points, reverse=True)
    counted = [each for each in given if each[1] is not Severity.INFO]
    assert {term.kind for term in risk.terms} == {kind for kind, *_ in counted}
    assert sum(term.episodes for term in risk.terms) == len(counted)
    assert sum(term.seconds for term in risk.terms) == pytest.approx(
        sum(each[3] for each in counted) / 1000
    )


@given(episodes, episode, judged)
def test_another_episode_never_lowers_it(
    given: list[Weighed], another: Weighed, judged: dict[AlertKind, float]
) -> None:
    assert weighed([*given, another], judged).score >= weighed(given, judged).score


@given(episodes, judged, st.integers(0))
def test_no_order_matters(given: list[Weighed], judged: dict[AlertKind, float], seed: int) -> None:
    shuffled = random.Random(seed).sample(given, len(given))
    assert weighed(shuffled, judged) == weighed(given, judged)


@given(episodes, st.floats(LEAST_JUDGED, 1e5), st.integers(2, 5))
def test_glances_count_by_their_rate(given: list[Weighed], seconds: float, times: int) -> None:
    """Twice the session with twice the glances is the same; other kinds count by themselves."""
    glances = [each for each in given if each[0] in AWAY_KINDS]
    once = weighed(glances, dict.fromkeys(AlertKind, seconds))
    often = weighed(glances * times, dict.fromkeys(AlertKind, seconds * times))
    assert abs(once.score - often.score) <= 1
    others = [each for each in given if each[0] not in AWAY_KINDS]
    assert weighed(others, dict.fromkeys(AlertKind, seconds * times)) == weighed(others)


@given(episodes)
def test_info_is_for_the_record(given: list[Weighed]) -> None:
    risk = weighed((kind, Severity.INFO, sure, lasted) for kind, _, sure, lasted in given)
    assert risk == Risk(score=0, terms=())


@pytest.mark.parametrize(
    ("given", "hours", "lowest", "highest"),
    [
        ([], 1, 0, 0),
        ([SURE_GLANCE] * 5, 1 / 6, 25, 30),
        ([SURE_GLANCE] * 5, 3, 1, 3),
        ([SURE_GLANCE] * 500, 1, 49, 50),
        ([A_PHONE], 1 / 6, 28, 31),
        ([A_PHONE], 3, 28, 31),
        ([A_PHONE] * 2, 3, 45, 50),
        ([A_PHONE] * 100, 3, 89, 90),
        ([(AlertKind.HOT_WORD, Severity.WARNING, 1.0, 0)], 1, 10, 12),
        ([(AlertKind.NOBODY, Severity.CRITICAL, 1.0, 600_000)], 1, 75, 90),
        ([(AlertKind.SPOOF, Severity.CRITICAL, 0.5, 0)], 1, 14, 17),
        ([(AlertKind.SPOOF, Severity.WARNING, 0.5, 0)], 1, 5, 6),
    ],
    ids=str,
)
def test_what_it_is_about(given: list[Weighed], hours: float, lowest: int, highest: int) -> None:
    score = weighed(given, dict.fromkeys(AlertKind, hours * HOUR)).score
    assert lowest <= score <= highest


def test_a_little_judged_time_makes_no_glance_big() -> None:
    """As if ten minutes had been judged: what could not be adds no points."""
    assert (
        weighed([SURE_GLANCE], {GAZE: 5.0}).score
        == weighed([SURE_GLANCE], {GAZE: LEAST_JUDGED}).score
        == weighed([SURE_GLANCE]).score
    )
    (term,) = weighed([SURE_GLANCE], {GAZE: 5.0}).terms
    assert term.judged == LEAST_JUDGED


def test_surer_and_longer_weighs_more() -> None:
    for kind in (GAZE, PHONE):
        scores = [
            weighed([(kind, Severity.CRITICAL, sure, lasted)]).score
            for sure, lasted in ((0.3, 1000), (0.9, 1000), (0.9, 60_000), (0.9, 600_000))
        ]
        assert scores == sorted(set(scores))


def test_the_largest_remainders_get_the_points_that_are_left() -> None:
    """Exactly 25.94, 8.58 and 4.48 of 39."""
    risk = weighed(
        [
            (AlertKind.FEED_LOOP, Severity.WARNING, 0.5, 0),
            (AlertKind.HOT_WORD, Severity.WARNING, 1.0, 0),
            (PHONE, Severity.CRITICAL, 1.0, 0),
        ]
    )
    points = {term.kind: term.points for term in risk.terms}
    assert points == {"phone": 26, "hot_word": 9, "feed_loop": 4}


def test_equals_get_their_points_by_name() -> None:
    pair = [
        (kind, Severity.CRITICAL, 1.0, 1000)
        for kind in (AlertKind.SEVERAL_PERSONS, AlertKind.PHONE, AlertKind.NOBODY)
    ]
    risk = weighed(pair)
    assert [term.kind for term in risk.terms] == ["nobody", "phone", "several_persons"]
    points = [term.points for term in risk.terms]
    assert max(points) - min(points) <= 1
    assert sum(points) == risk.score
