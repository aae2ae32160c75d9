"""Two of the last three looks decide."""

import pytest

from app.alerts.looks import Looks
from app.types import AlertKind, Label


def phones() -> Looks:
    return Looks(AlertKind.PHONE, Label.PHONE, too_many=1, counts="phone_count")


def persons() -> Looks:
    return Looks(
        AlertKind.SEVERAL_PERSONS, Label.SEVERAL_PERSONS, too_many=2, counts="person_count"
    )


@pytest.mark.parametrize(
    ("found", "since"),
    [
        ([1], None),
        ([0, 0, 0], None),
        ([1, 1], 0),
        ([1, 0, 1], 0),
        ([0, 1, 1], 1),
        ([1, 0, 0, 1], None),
        ([1, 1, 1, 1], 1),
        ([1, 1, 0], 0),
        ([1, 1, 0, 0], None),
    ],
)
def test_one_look_per_second(found: list[int], since: int | None) -> None:
    looks = phones()
    for second, count in enumerate(found):
        signal = looks.signal(float(second), [0.9] * count)
    assert (signal.entered, signal.remains) == (since is not None,) * 2
    assert signal.since == since


class TestLooks:
    def test_one_person_is_none_too_many(self) -> None:
        looks = persons()
        looks.signal(0.0, [0.9])
        assert not looks.signal(1.0, [0.9]).entered

    def test_the_second_person_decides_the_confidence(self) -> None:
        looks = persons()
        looks.signal(0.0, [0.5, 0.9, 0.7])
        signal = looks.signal(1.0, [0.9, 0.5])
        assert signal.confidence == pytest.approx(0.6)
        assert signal.evidence == {"person_count": 3}

    def test_forgets_after_a_long_pause(self) -> None:
        looks = phones()
        looks.signal(0.0, [0.9])
        assert not looks.signal(11.0, [0.9]).entered
        assert looks.signal(20.0, [0.9]).since == 11.0
