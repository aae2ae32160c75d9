"""Episodes, paired again from what told their ends."""

from app.alerts.history import History
from app.types import Alert, AlertKind, Edge, Label, RecordedAlert, Severity, Track
from tests.storage.builders import alert


def both(until: float) -> dict[Track, float]:
    return dict.fromkeys(Track, until)


def taken(*alerts: Alert, most: int = 10, first: int = 1) -> History:
    history = History(most)
    history.take(
        RecordedAlert(session_id="s", seq=seq, alert=each)
        for seq, each in enumerate(alerts, start=first)
    )
    return history


def episode(name: str, since: float, until: float, **changes: object) -> tuple[Alert, Alert]:
    return (
        alert(name, Edge.STARTED, at=since + 2, started_at=since, **changes),
        alert(name, Edge.ENDED, at=until + 1, started_at=since, ended_at=until, **changes),
    )


def test_starts_and_ends_are_paired_by_their_id() -> None:
    (a1, a2), (b1, b2) = episode("a", 1.0, 4.0), episode("b", 2.0, 9.5)
    history = taken(a1, b1, b2, a2)
    assert [(past.start, past.end, past.seqs) for past in history.newest] == [
        (a1, a2, [1, 4]),
        (b1, b2, [2, 3]),
    ]
    assert (history.since, history.until) == ({Track.VIDEO: 1.0}, {Track.VIDEO: 10.5})
    sums = history.close(history.until)
    kind = sums.by_kind[AlertKind.GAZE_AWAY]
    assert (kind.episodes, kind.milliseconds, kind.longest) == (2, 10_500, 7500)
    assert sums.by_severity == {"critical": 0, "warning": 2, "info": 0}


def test_one_that_is_open_lasts_until_now() -> None:
    start, _ = episode("a", 1.0, 0.0)
    history = taken(start)
    sums = history.close(both(31.5))
    assert (sums.open, sums.episodes) == (1, 1)
    assert sums.by_kind[AlertKind.GAZE_AWAY].milliseconds == 30_500
    (past,) = history.newest
    assert (past.ended_at, past.milliseconds(31.5)) == (None, 30_500)
    assert past.milliseconds(0.5) == 0


def test_an_end_of_which_the_start_was_never_stored() -> None:
    _, end = episode("a", 1.0, 4.0)
    history = taken(end, first=7)
    (past,) = history.newest
    assert (past.start, past.known, past.ended_at, past.seqs) == (None, end, 4.0, [7])
    sums = history.close(both(10.0))
    assert (sums.open, sums.by_kind[AlertKind.GAZE_AWAY].milliseconds) == (0, 3000)


def test_only_the_newest_are_kept_and_all_are_counted() -> None:
    open_for_long, _ = episode("open", 0.0, 0.0, label=Label.LOOKING_UP)
    late_start, late_end = episode("late", 0.0, 90.0, kind=AlertKind.PHONE)
    many = [each for number in range(20) for each in episode(f"{number}", number, number + 0.5)]
    history = taken(open_for_long, late_start, *many, late_end, most=5)
    assert [past.known.id for past in history.newest] == ["15", "16", "17", "18", "19"]
    sums = history.close(both(100.0))
    assert (sums.episodes, sums.open) == (22, 1)
    assert sums.by_kind[AlertKind.GAZE_AWAY].milliseconds == 100_000 + 20 * 500
    assert sums.by_kind[AlertKind.GAZE_AWAY].labels == {"Looking Up": 1, "Looking Left": 20}
    assert sums.by_kind[AlertKind.PHONE].milliseconds == 90_000


def test_the_highest_severity_of_a_kind() -> None:
    pair = [
        *episode("a", 1.0, 2.0, kind=AlertKind.SPOOF, severity=Severity.WARNING),
        *episode("b", 3.0, 4.0, kind=AlertKind.SPOOF, severity=Severity.CRITICAL),
        *episode("c", 5.0, 6.0, kind=AlertKind.SPOOF, severity=Severity.INFO),
    ]
    sums = taken(*pair).close(both(6.0))
    assert sums.by_kind[AlertKind.SPOOF].severity is Severity.CRITICAL
    assert sums.by_severity == {"critical": 1, "warning": 1, "info": 1}


def test_nothing_was_told() -> None:
    history = taken()
    assert (history.newest, history.since, history.until) == ((), {}, {})
    assert history.close(both(0.0)).episodes == 0
