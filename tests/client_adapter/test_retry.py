"""Waits before a connection is tried again."""

from itertools import islice

import pytest

from client_adapter import Retry


def test_waits_grow_and_stay_below_the_longest() -> None:
    waits = [*islice(Retry(first=0.5, factor=2, most=4, jitter=0).waits(), 6)]
    assert waits == [0.5, 1, 2, 4, 4, 4]


def test_chance_shortens_them_and_each_differently() -> None:
    retry = Retry(first=1, factor=1, most=1, jitter=0.5)
    waits = [*islice(retry.waits(), 200)]
    assert all(0.5 <= wait <= 1 for wait in waits)
    assert len(set(waits)) > 100
    assert max(waits) - min(waits) > 0.3


@pytest.mark.parametrize(
    "wrong", [{"first": 0}, {"first": 20}, {"factor": 0.5}, {"jitter": 2}, {"jitter": -0.1}]
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="retry needs"):
        Retry(**wrong)
