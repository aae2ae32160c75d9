"""What the service counts about itself, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

LATENCY_BUCKETS = tuple(round(0.002 * 1.2**n, 5) for n in range(36))
"""Seconds, from 2 ms to 1.2 s in steps of a fifth, so that a p99 can be read off."""


class LaneMetrics:
    """What became of frames, for one kind of look at them."""

    def __init__(self, registry: CollectorRegistry, *, frames: str, latency: str) -> None:
        outcomes = Counter(frames, "Frames by what became of them.", ["outcome"], registry=registry)
        self._invalid = Counter(
            f"{frames}_invalid", "Frames refused, by reason.", ["reason"], registry=registry
        )
        self._latency = Histogram(
            latency,
            "From a frame's last byte received to its analysis done.",
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self._analysed = outcomes.labels("analysed")
        self.not_due = outcomes.labels("not_due").inc
        self.superseded = outcomes.labels("superseded").inc
        self.stale = outcomes.labels("stale").inc
        self.failed = outcomes.labels("failed").inc
        self._refused = outcomes.labels("invalid")

    def invalid(self, reason: str) -> None:
        """A frame was refused."""
        self._refused.inc()
        self._invalid.labels(reason).inc()

    def analysed(self, latency: float) -> None:
        """A frame was analysed, so many seconds after it was here."""
        self._analysed.inc()
        self._latency.observe(latency)


class Metrics:
    """One application's; its own registry, so that two applications do not share numbers."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.faces = LaneMetrics(
            self.registry, frames="proctor_frames", latency="proctor_analysis_latency_seconds"
        )
        self.objects = LaneMetrics(
            self.registry,
            frames="proctor_object_frames",
            latency="proctor_object_latency_seconds",
        )
        self._alerts = Counter(
            "proctor_alerts", "Episodes begun and ended.", ["kind", "edge"], registry=self.registry
        )
        self._event = Histogram(
            "proctor_event_latency_seconds",
            "From the last byte of the frame that raised an alert to the event sent.",
            buckets=LATENCY_BUCKETS,
            registry=self.registry,
        )
        self._stages = Counter(
            "proctor_stage_cpu_seconds",
            "CPU time of the analysis, by stage.",
            ["stage"],
            registry=self.registry,
        )
        self.sessions = Gauge("proctor_sessions", "Sessions in memory.", registry=self.registry)
        self.viewers = Gauge("proctor_viewers", "Open events sockets.", registry=self.registry)
        self.sockets_closed = Counter(
            "proctor_sockets_closed",
            "Sockets closed by the service.",
            ["code"],
            registry=self.registry,
        )

    def stage(self, stage: str, seconds: float) -> None:
        """A stage of a frame's analysis took so much CPU time."""
        self._stages.labels(stage).inc(max(0.0, seconds))

    def alert(self, kind: str, edge: str) -> None:
        """An episode began or ended."""
        self._alerts.labels(kind, edge).inc()

    def event_sent(self, latency: float) -> None:
        """An event went out, so many seconds after the frame that raised it was here."""
        self._event.observe(latency)
