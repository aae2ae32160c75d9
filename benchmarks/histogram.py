"""Delays as Prometheus counts them, between two looks at /metrics."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values were at most so large."""

    counts: tuple[tuple[float, float], ...]
    """Bound and cumulative count, in the bounds' order; the last bound is infinite."""

    def __sub__(self, earlier: "Histogram") -> "Histogram":
        before = dict(earlier.counts)
        return Histogram(tuple((bound, n - before.get(bound, 0)) for bound, n in self.counts))

    @property
    def count(self) -> int:
        """Values in all."""
        return int(self.counts[-1][1])

    def quantile(self, share: float) -> float | None:
        """The value that this share (0 to 1) stays below, as if each bucket's were spread evenly.

        None: there are no values. Above the last finite bound that bound is returned.
        """
        if not self.count:
            return None
        wanted = share * self.count
        for (low, below), (high, up_to) in pairwise(((0.0, 0.0), *self.counts)):
            if up_to >= wanted and up_to > below:
                if high == float("inf"):
                    return low
                return low + (high - low) * (wanted - below) / (up_to - below)
        return self.counts[-2][0]


def histograms(metrics: str, names: Sequence[str]) -> dict[str, Histogram]:
    """The named ones, from what /metrics says. Raises KeyError where one is missing."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            if family.name in found and sample.name.endswith("_bucket"):
                found[family.name].append((float(sample.labels["le"]), sample.value))
    for name, counts in found.items():
        if not counts:
            raise KeyError(f"/metrics has no histogram {name}")
    return {name: Histogram(tuple(counts)) for name, counts in found.items()}
