"""Which frames are sent."""

import random

import pytest

from client_adapter.sampler import Sampler


def taken(fps: float, times: list[float]) -> int:
    sampler = Sampler(fps)
    return sum(sampler.takes(at) for at in times)


@pytest.mark.parametrize(
    ("camera", "fps", "per_second"),
    [(30, 30, 30), (60, 30, 30), (30, 10, 10), (25, 30, 25), (30, 7.5, 7.5), (15, 1, 1)],
)
def test_as_many_as_asked_for_or_as_there_are(camera: int, fps: float, per_second: float) -> None:
    times = [number / camera for number in range(20 * camera)]
    assert taken(fps, times) == pytest.approx(20 * per_second, abs=1)


def test_a_camera_that_is_not_punctual_loses_nothing() -> None:
    chance = random.Random(1)
    times = [number / 30 + chance.uniform(-0.004, 0.004) for number in range(600)]
    assert taken(30, times) == 600


def test_after_a_gap_it_does_not_catch_up() -> None:
    times = [n / 30 for n in range(30)] + [10 + n / 30 for n in range(30)]
    assert taken(10, times) == pytest.approx(20, abs=1)


def test_a_camera_that_begins_anew_is_followed() -> None:
    times = [100 + n / 30 for n in range(30)] + [n / 30 for n in range(30)]
    assert taken(10, times) == pytest.approx(20, abs=1)


@pytest.mark.parametrize("fps", [0, -1, float("nan")])
def test_a_rate_that_is_none_is_refused(fps: float) -> None:
    with pytest.raises(ValueError, match="fps"):
        Sampler(fps)
