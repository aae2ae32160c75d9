"""The share of a minute in which the eyes are closed."""

import pytest

from app.vision.perclos import Perclos


def after(*stretches: tuple[float, float | None], rate: float = 10.0) -> tuple[Perclos, float]:
    """Eye aspect ratios, each until a second."""
    perclos, number = Perclos(), 0
    for until, ratio in stretches:
        while number < until * rate:
            perclos.update(number / rate, ratio)
            number += 1
    return perclos, number / rate


@pytest.mark.parametrize("rate", [1.0, 10.0, 30.0])
@pytest.mark.parametrize(
    ("stretches", "share"),
    [
        ([(60, 0.30)], 0.0),
        ([(60, 0.30), (72, 0.09)], 0.2),
        ([(60, 0.22), (72, 0.11)], 0.2),  # narrow eyes have a nearer limit
        ([(60, 0.30), (72, 0.18)], 0.0),  # half closed
        ([(60, 0.30), (80, 0.20), (90, 0.05)], 1 / 6),  # a look downwards before
        ([(60, 0.30), (72, 0.09), (140, 0.30)], 0.0),
    ],
)
def test_share_of_the_last_minute(
    stretches: list[tuple[float, float | None]], share: float, rate: float
) -> None:
    perclos, now = after(*stretches, rate=rate)
    assert perclos.share(now) == pytest.approx(share, abs=0.5 / rate / 60 + 0.01)


def test_what_was_not_seen_does_not_count() -> None:
    perclos, now = after((40, 0.3), (60, None), (70, 0.05))
    assert perclos.share(now) == pytest.approx(10 / 40, abs=0.02)


@pytest.mark.parametrize("stretches", [[(29, 0.3)], [(200, None)], [(60, 0.3), (100, None)]])
def test_it_is_not_known_from_little(stretches: list[tuple[float, float | None]]) -> None:
    perclos, now = after(*stretches)
    assert perclos.share(now) is None


def test_a_silence_is_not_measured() -> None:
    perclos, _ = after((40, 0.05))
    perclos.update(70.0, 0.05)
    assert perclos.share(70.0) is None


def test_hours_do_not_overflow() -> None:
    perclos, now = after((30_000, 0.3), (30_030, 0.08), rate=1.0)
    assert perclos.share(now) == pytest.approx(0.5, abs=0.02)
