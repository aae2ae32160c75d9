"""A soak in short, and what is computed from one."""

import math
import random
from collections import Counter
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.endurance_tables import verdict
from benchmarks.soak import Plan, Sample, Soaked, soak
from benchmarks.soak_picture import svg
from benchmarks.soak_table import memory_trend, memory_words, soak_table, soak_verdict
from benchmarks.trend import Trend, trend


def soaked(*, growth: float = 0.0, late_p99: float = 0.020, noise: float = 0.5) -> Soaked:
    """Twenty minutes that were never spent; `growth` in MB per hour."""
    chance = random.Random(1)
    samples = tuple(
        Sample(
            at=10.0 * n,
            pss_mb=200.0,
            rss_mb=230 + growth * n / 360 + chance.uniform(-noise, noise),
            threads=12,
            files=40,
            analysed=800,
            p50=0.010,
            p99=late_p99 if n > 60 else 0.020,
        )
        for n in range(1, 121)
    )
    return Soaked(
        plan=Plan(), samples=samples, counts=Counter(sessions=9), sent=1, skipped=0, faults=()
    )


def test_nobody_is_lost_and_everything_adds_up() -> None:
    lines: list[str] = []
    found = soak(Plan(minutes=0.15, sessions=3, every=3.0), progress=lines.append)
    assert found.faults == ()
    assert len(found.samples) == 3
    assert len(lines) == 4
    assert found.sent > 0
    assert sum(sample.analysed for sample in found.samples) > 0
    assert all(0 < sample.pss_mb <= sample.rss_mb for sample in found.samples)
    assert all(sample.threads > 1 and sample.files > 3 for sample in found.samples)
    assert soak_table(found).row_count == 7
    assert soak_verdict(found)[-1] == verdict(())[0]
    ElementTree.fromstring(svg(found))


def test_the_slope_of_a_line_is_exact() -> None:
    found = trend([0.0, 1.0, 2.0, 5.0], [3.0, 5.0, 7.0, 13.0])
    assert found.slope == pytest.approx(2.0)
    assert found.margin == pytest.approx(0.0, abs=1e-9)


def test_the_margin_is_the_slopes_error_times_students_t() -> None:
    chance = random.Random(2)
    values = [n + chance.gauss(0, 3) for n in range(12)]
    (slope, _), covariance = np.polyfit(range(12), values, 1, cov=True)
    found = trend(range(12), values)
    assert found.slope == pytest.approx(slope)
    assert found.margin == pytest.approx(2.2281 * covariance[0, 0] ** 0.5, rel=0.01)


def test_a_slope_needs_two_times_and_a_margin_three_points() -> None:
    with pytest.raises(ValueError, match="two different times"):
        trend([1.0, 1.0], [1.0, 2.0])
    assert trend([1.0, 2.0], [1.0, 2.0]) == Trend(slope=1.0, margin=math.inf)


def test_growth_is_seen_in_the_noise() -> None:
    found = memory_trend(soaked(growth=60.0))
    assert found is not None
    assert found.slope == pytest.approx(60.0, abs=found.margin)
    assert memory_words(found).startswith("[red]Memory grows")
    assert memory_words(memory_trend(soaked())).startswith("[green]Memory is flat")
    assert "longer run" in memory_words(memory_trend(soaked(noise=20.0)))
    assert "too few" in memory_words(None)


@pytest.mark.parametrize(("late", "words"), [(0.021, "Latency holds"), (0.040, "Latency drifts")])
def test_a_drift_is_seen(late: float, words: str) -> None:
    assert any(words in line for line in soak_verdict(soaked(late_p99=late)))


def test_the_picture_holds_every_sample() -> None:
    picture = ElementTree.fromstring(svg(soaked()))
    curves = [each for each in picture.iter() if each.tag.endswith("polyline")]
    assert len(curves) == 4
    for curve in curves:
        points = [tuple(map(float, pair.split(","))) for pair in curve.attrib["points"].split()]
        assert len(points) == 120
        assert all(0 <= x <= 800 and 0 <= y <= 520 for x, y in points)
        assert sorted(points) == points
