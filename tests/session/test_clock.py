"""The session's time."""

import pytest

from app.errors import InvalidTimeError
from app.session.clock import ArrivalClock, SampleClock, SourceClock
from tests.session.builders import stamped

YEAR_2023 = 1_700_000_000.123456


def refused(clock: SourceClock, message: bytes) -> str:
    """The reason."""
    with pytest.raises(InvalidTimeError) as caught:
        clock.split(message)
    return caught.value.reason


def test_arrival_counts_from_the_sessions_creation() -> None:
    clock = ArrivalClock(created_at=1000.0, wall_now=1007.5, monotonic_now=50.0)
    assert clock.now(50.0) == 7.5
    assert clock.now(51.25) == 8.75


def test_arrival_begins_at_zero_where_the_wall_clock_was_set_back() -> None:
    clock = ArrivalClock(created_at=1000.0, wall_now=900.0, monotonic_now=50.0)
    assert clock.now(50.0) == 0.0


@pytest.mark.parametrize(
    ("message", "at", "payload"),
    [
        (b"\0\0\0\0\0\0\0\1", 1e-6, b""),
        (b"\0\0\0\0\0\x0f\x42\x40jpeg", 1.0, b"jpeg"),
        (b"\0\0\0\0\0\0\0\0" + bytes(9), 0.0, bytes(9)),
        (stamped(YEAR_2023, b"x"), YEAR_2023, b"x"),
    ],
)
def test_source_reads_microseconds_big_endian(message: bytes, at: float, payload: bytes) -> None:
    assert SourceClock().split(message) == (at, payload)


def test_source_may_stand_still_but_not_go_back() -> None:
    clock = SourceClock()
    clock.split(stamped(5.0))
    assert clock.split(stamped(5.0)) == (5.0, b"")
    assert refused(clock, stamped(4.999999)) == "time_backwards"
    assert clock.split(stamped(5.000001)) == (5.000001, b"")


@pytest.mark.parametrize("length", [0, 1, 7])
def test_source_needs_eight_bytes(length: int) -> None:
    assert refused(SourceClock(), bytes(length)) == "time_missing"


@pytest.mark.parametrize("at", [5.0 + 3600.1, 1e11 + 1, 1.8e13])
def test_source_refuses_absurd_times_and_forgets_them(at: float) -> None:
    clock = SourceClock(5.0)
    assert refused(clock, stamped(at)) == "time_absurd"
    assert clock.split(stamped(6.0)) == (6.0, b"")


def test_source_refuses_an_absurd_beginning() -> None:
    assert refused(SourceClock(), b"\xff" * 8) == "time_absurd"
    assert SourceClock().split(stamped(YEAR_2023)) == (YEAR_2023, b"")


def test_a_second_connection_continues_where_the_first_was() -> None:
    clock = SourceClock(5.0)
    assert refused(clock, stamped(4.0)) == "time_backwards"
    assert clock.split(stamped(5.5)) == (5.5, b"")


# Sound that its sender lost


@pytest.mark.parametrize(
    ("at", "made", "since", "start"),
    [
        pytest.param(20.0, True, 10.0, 20.0, id="as long as nothing came"),
        pytest.param(12.0, True, 10.0, 12.0, id="by its sender's clock less than it says"),
        pytest.param(18.0, False, 10.0, 15.0, id="what comes waited since"),
        pytest.param(15.1, False, 10.0, 15.0, id="a little late, as networks are"),
        pytest.param(12.0, False, 10.0, 12.0, id="not later than it came"),
        pytest.param(9.0, False, 10.0, 10.0, id="of sound that runs ahead"),
        pytest.param(60.0, False, 10.0, 60.0, id="later than any network"),
    ],
)
def test_what_comes_after_a_loss_lies_behind_it(
    at: float, made: bool, since: float, start: float
) -> None:
    clock = SampleClock()
    assert clock.place(0.0, 10.0, 1.0, made=made) == (0.0, False)
    assert clock.miss(at, 5.0, made=made) == since
    assert clock.place(at, 0.1, 0.25 if made else 1.0, made=made)[0] == pytest.approx(start)


def test_before_a_loss_nothing_may_be_known() -> None:
    clock = SampleClock()
    assert clock.miss(100.0, 5.0, made=False) == 0.0
    assert clock.place(100.0, 1.0, 1.0) == (100.0, False)
