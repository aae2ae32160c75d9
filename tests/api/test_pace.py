"""What is sent at a pace: never more often, and on time wherever that is possible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.pace import Pace

SECONDS = 0.1


def sent(news: list[float]) -> list[tuple[float, float]]:
    """When each is sent of what came at these times, and when that came; the newest wins."""
    pace, free, turns = Pace(SECONDS), 0.0, []
    for number, came in enumerate(news):
        at = max(came, free)
        if number + 1 < len(news) and news[number + 1] <= at:
            continue  # a newer one is there by then
        turns.append((at, came))
        free = at + pace.wait(at)
    return turns


@pytest.mark.parametrize(
    "gaps",
    [
        pytest.param([0.1], id="just so"),
        pytest.param([0.133, 0.067], id="every second and every third picture of 15 a second"),
        pytest.param([0.11, 0.09, 0.1, 0.105, 0.095], id="jitter"),
        pytest.param([0.5], id="seldom"),
    ],
)
def test_what_comes_at_the_pace_is_sent_at_once(gaps: list[float]) -> None:
    news = [0.0]
    for number in range(200):
        news.append(news[-1] + gaps[number % len(gaps)])
    turns = sent(news)
    assert [came for _, came in turns] == news
    assert max(at - came for at, came in turns) < 0.02


def test_what_comes_three_times_as_often_is_sent_each_third_time() -> None:
    turns = sent([n / 30 for n in range(900)])
    assert len(turns) == pytest.approx(300, abs=2)
    assert max(at - came for at, came in turns[:-1]) < 1 / 30


@given(st.lists(st.floats(0.0, 0.4), min_size=2, max_size=200))
def test_never_more_than_the_pace_allows_in_any_stretch(gaps: list[float]) -> None:
    news = [sum(gaps[: n + 1]) for n in range(len(gaps))]
    times = [at for at, _ in sent(news)]
    for first, began in enumerate(times):
        for last in range(first, len(times)):
            assert last - first <= (times[last] - began) / SECONDS + 0.5 + 1e-6
    assert times[-1] >= news[-1]  # the newest is never left out
