"""What is told of episodes whose process died."""

from app.session.recovery import end_left_open
from app.types import Edge
from tests.fakes import FakeLog
from tests.storage.builders import alert, in_loop


@in_loop
async def test_each_open_episode_ends_when_it_was_last_told() -> None:
    log = FakeLog()
    ended, first, second = alert("ended"), alert("first", at=20.0), alert("second", at=30.0)
    await log.append("s", [ended, first, alert("ended", Edge.ENDED), second])
    await end_left_open(log, "s")
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
    await end_left_open(log, "s")
    await log.append("s", [alert("a")])
    await end_left_open(log, "s")
    await end_left_open(log, "s")
    assert len(log.stored) == len(log.attempts) == 2
