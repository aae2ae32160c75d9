"""What is told of episodes whose process died."""

from app.session.recovery import end_left_open
from app.types import AlertKind, Edge, Label
from tests.fakes import FakeLog
from tests.storage.builders import alert, in_loop, session


@in_loop
async def test_each_open_episode_ends_when_it_was_last_told() -> None:
    log = FakeLog()
    ended, first, second = alert("ended"), alert("first", at=20.0), alert("second", at=30.0)
    await log.append("s", [ended, first, alert("ended", Edge.ENDED), second])
    await end_left_open(log, session())
    ends = [each.alert for each in log.stored[4:]]
    assert [(end.id, end.ended_at, end.at) for end in ends] == [
        ("first", 20.0, 20.0),
        ("second", 30.0, 30.0),
    ]
    for end in ends:
        assert (end.edge, end.evidence) == (Edge.ENDED, {"closed_by": "restart"})
        assert (end.label, end.started_at, end.announced) == (first.label, 10.4, False)


@in_loop
async def test_where_nothing_is_open_nothing_is_told() -> None:
    log = FakeLog()
    await end_left_open(log, session())
    await log.append("s", [alert("a")])
    await end_left_open(log, session())
    await end_left_open(log, session())
    assert len(log.stored) == len(log.attempts) == 2


@in_loop
async def test_an_episode_lasts_as_long_as_it_is_known_that_it_was_watched() -> None:
    log = FakeLog()
    seen = alert("seen", at=20.0)
    late = alert("late", at=70.0, started_at=68.0)
    heard = alert("heard", kind=AlertKind.NOT_ASSESSABLE, label=Label.MUTED, at=20.0)
    await log.append("s", [seen, late, heard])
    coverage = {
        "periods": [[0.0, 45.0, "silent"], [60.0, 60.0, None]],
        "sound": {"periods": [[0.0, 30.0, "paused"]]},
    }
    await end_left_open(log, session(coverage=coverage))
    ends = [(each.alert.id, each.alert.ended_at) for each in log.stored[3:]]
    assert ends == [("seen", 45.0), ("late", 70.0), ("heard", 20.0)]
