"""Numbers of a feed, and the two ends of the episodes that they become."""

from collections.abc import Iterable

import pytest

from app.alerts.engine import AlertEngine
from app.alerts.feed import FeedSignals
from app.alerts.rules import rules_for
from app.types import Alert, AlertKind, Label, Purpose, Severity, Signal

RULES = rules_for(Purpose.EXAM, {})
LOOP = {"period_seconds": 5.0, "difference_levels": 0.3, "motion_levels": 2.0}
SIZES: dict[str, float | str] = {"width_before_pixels": 640.0, "aspect_changed": "yes"}


@pytest.fixture
def feed() -> FeedSignals:
    return FeedSignals(RULES)


def told(*signals: Signal | None) -> list[Alert]:
    engine = AlertEngine(RULES, lambda: "episode")
    return engine.update(filter(None, signals))


def edges(alerts: Iterable[Alert]) -> list[str]:
    return [f"{each.kind} {each.edge}: {each.label}" for each in alerts]


class TestLoop:
    def loop(self, feed: FeedSignals, at: float, matched: float = 6.0) -> Signal:
        return feed.loop(at, 0.8, matched, LOOP)

    def test_from_its_first_match_to_the_last(self, feed: FeedSignals) -> None:
        loops = [self.loop(feed, 20 + number / 2, 6 + number / 2) for number in range(9)]
        over = [feed.no_loop(24.5 + number / 2) for number in range(8)]
        start, end = told(feed.no_loop(19.5), *loops, *over)
        assert edges([start, end]) == [
            "feed_loop started: Pictures repeat",
            "feed_loop ended: Pictures repeat",
        ]
        assert (start.at, start.started_at, start.confidence) == (20.0, 14.0, 0.8)
        assert start.evidence == {**LOOP, "matched_seconds": 6.0, "limit_matched_seconds": 5.0}
        assert start.severity is Severity.WARNING
        assert end.ended_at == 24.5
        assert end.evidence["peak_matched_seconds"] == 10.0
        assert not start.announced

    def test_less_than_the_rules_seconds_is_none(self, feed: FeedSignals) -> None:
        assert told(self.loop(feed, 20.0, 4.9)) == []


class TestRegularity:
    def regular(self, feed: FeedSignals, at: float, *, by_source: bool = True) -> Signal | None:
        evidence = {"jitter_milliseconds": 0.002}
        return feed.regularity(at, at, evidence, by_source=by_source)

    @pytest.mark.parametrize(("by_source", "confidence"), [(True, 0.2), (False, 0.4)])
    def test_after_a_minute(self, feed: FeedSignals, by_source: bool, confidence: float) -> None:
        signals = [self.regular(feed, float(at), by_source=by_source) for at in range(70)]
        (start,) = told(*signals)
        assert edges([start]) == ["feed_timing started: Picture times too regular"]
        assert (start.at, start.started_at, start.confidence) == (60.0, 0.0, confidence)
        assert start.evidence["times"] == ("by source" if by_source else "by arrival")
        assert start.severity is Severity.INFO

    def test_it_ends_where_times_jitter(self, feed: FeedSignals) -> None:
        regular = [self.regular(feed, at / 2) for at in range(130)]
        jitter = [feed.no_regularity(65 + at / 2, 5 + at / 2) for at in range(130)]
        alerts = told(*regular, *jitter)
        assert [each.ended_at for each in alerts] == [None, 120.0]

    def test_jitter_too_is_known_after_a_minute(self, feed: FeedSignals) -> None:
        assert feed.no_regularity(50.0, 50.0) is None
        assert feed.no_regularity(60.0, 60.0) is not None


class TestChange:
    def test_it_begins_and_ends_at_once(self, feed: FeedSignals) -> None:
        change = feed.change(31.0, 30.0, Label.SIZE_CHANGED, SIZES)
        start, end = told(feed.no_change(30.9), change, feed.no_change(31.0))
        assert edges([start, end]) == [
            "feed_change started: Picture size changed",
            "feed_change ended: Picture size changed",
        ]
        assert start.evidence == SIZES
        assert (start.started_at, end.ended_at) == (30.0, 31.0)
        assert end.evidence["duration_seconds"] == 1.0

    def test_two_kinds_of_change_one_after_the_other(self, feed: FeedSignals) -> None:
        size = feed.change(31.0, 30.0, Label.SIZE_CHANGED, SIZES)
        noise = feed.change(60.0, 57.0, Label.NOISE_CHANGED, {"noise_levels": 2.0})
        alerts = told(size, feed.no_change(31.0), noise, feed.no_change(60.0))
        assert [each.label for each in alerts] == [Label.SIZE_CHANGED] * 2 + [
            Label.NOISE_CHANGED
        ] * 2
        assert [each.confidence for each in alerts[::2]] == [1.0, 0.5]

    def test_a_rule_that_waits_is_told_of_its_end(self, feed: FeedSignals) -> None:
        rules = rules_for(Purpose.EXAM, {AlertKind.FEED_CHANGE: {"clear_after": 2.0}})
        engine = AlertEngine(rules, lambda: "episode")
        change = feed.change(31.0, 30.0, Label.SIZE_CHANGED, SIZES)
        later = [feed.no_change(31.0 + number / 10) for number in range(25)]
        alerts = engine.update([change, *later])
        assert [each.ended_at for each in alerts] == [None, 31.0]
