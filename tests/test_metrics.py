"""What Prometheus is told."""

from itertools import pairwise

import pytest

from app.metrics import LATENCY_BUCKETS, Metrics


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


@pytest.mark.parametrize("outcome", ["not_due", "superseded", "stale", "failed"])
def test_frames_are_counted_by_what_became_of_them(outcome: str) -> None:
    metrics = Metrics()
    assert value(metrics, "proctor_frames_total", outcome=outcome) == 0.0
    getattr(metrics.faces, outcome)()
    assert value(metrics, "proctor_frames_total", outcome=outcome) == 1.0
    assert value(metrics, "proctor_frames_total", outcome="analysed") == 0.0


def test_a_refused_frame_has_a_reason() -> None:
    metrics = Metrics()
    metrics.faces.invalid("size")
    metrics.faces.invalid("empty")
    assert value(metrics, "proctor_frames_total", outcome="invalid") == 2.0
    assert value(metrics, "proctor_frames_invalid_total", reason="size") == 1.0
    assert value(metrics, "proctor_frames_invalid_total", reason="truncated") is None


def test_an_analysis_and_an_event_have_a_delay() -> None:
    metrics = Metrics()
    metrics.faces.analysed(0.01)
    metrics.faces.analysed(5.0)
    metrics.event_sent(0.25)
    assert value(metrics, "proctor_frames_total", outcome="analysed") == 2.0
    assert value(metrics, "proctor_analysis_latency_seconds_sum") == pytest.approx(5.01)
    assert value(metrics, "proctor_analysis_latency_seconds_bucket", le="+Inf") == 2.0
    longest = str(LATENCY_BUCKETS[-1])
    assert value(metrics, "proctor_analysis_latency_seconds_bucket", le=longest) == 1.0
    assert value(metrics, "proctor_event_latency_seconds_sum") == pytest.approx(0.25)


def test_delays_can_be_told_apart_by_a_fifth_from_2_ms_to_over_a_second() -> None:
    assert LATENCY_BUCKETS[0] == 0.002
    assert LATENCY_BUCKETS[-1] > 1.0
    steps = [b / a for a, b in pairwise(LATENCY_BUCKETS)]
    assert steps == pytest.approx([1.2] * 35, rel=0.01)


def test_alerts_are_counted_by_kind_and_end() -> None:
    metrics = Metrics()
    metrics.alert("phone", "started")
    metrics.alert("phone", "started")
    metrics.alert("phone", "ended")
    assert value(metrics, "proctor_alerts_total", kind="phone", edge="started") == 2.0
    assert value(metrics, "proctor_alerts_total", kind="phone", edge="ended") == 1.0


def test_a_stages_time_adds_up_and_never_goes_back() -> None:
    metrics = Metrics()
    for seconds in (0.25, 0.5, -1e-9):
        metrics.stage("decode", seconds)
    assert value(metrics, "proctor_stage_cpu_seconds_total", stage="decode") == 0.75


def test_two_applications_do_not_share_numbers() -> None:
    one, other = Metrics(), Metrics()
    one.sessions.set(3)
    one.faces.failed()
    assert value(other, "proctor_sessions") == 0.0
    assert value(other, "proctor_frames_total", outcome="failed") == 0.0
