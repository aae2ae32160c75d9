"""When a file's pictures are due; no clock but numbers."""

import pytest

from app.session.file_pace import LONGEST_REST, LONGEST_STALL, FilePace


def test_each_waits_for_its_own_time() -> None:
    pace = FilePace(fps=10.0)
    assert pace.ahead(0.0, 100.0) == 0.0
    assert pace.ahead(0.1, 100.02) == pytest.approx(0.08)
    assert pace.ahead(0.5, 100.1) == pytest.approx(0.4)  # times that vary are kept
    assert pace.rest(100.5) == pytest.approx(0.1)


def test_a_file_without_times_has_its_rate() -> None:
    pace = FilePace(fps=10.0)
    waits = [pace.ahead(0.0, 100.0) for _ in range(4)]
    assert waits == pytest.approx([0.0, 0.1, 0.2, 0.3])


def test_who_lags_a_little_catches_up() -> None:
    pace = FilePace(fps=10.0)
    pace.ahead(0.0, 100.0)
    assert pace.ahead(0.1, 101.0) == 0.0
    assert pace.behind(101.0)
    assert pace.ahead(1.0, 101.0) == 0.0
    assert not pace.behind(101.05)


def test_who_lags_much_goes_on_from_there() -> None:
    pace = FilePace(fps=10.0)
    pace.ahead(0.0, 100.0)
    late = 100.1 + LONGEST_STALL + 60
    assert pace.ahead(0.1, late) == 0.0
    assert not pace.behind(late)
    assert pace.ahead(0.2, late) == pytest.approx(0.1)


def test_a_time_far_ahead_is_not_waited_for() -> None:
    pace = FilePace(fps=10.0)
    pace.ahead(0.0, 100.0)
    assert pace.ahead(1e6, 100.0) == LONGEST_REST
    assert pace.ahead(1e6 + 0.1, 100.0 + LONGEST_REST) == pytest.approx(0.1)


def test_before_the_first_nothing_is_awaited() -> None:
    pace = FilePace(fps=10.0)
    assert (pace.rest(5.0), pace.behind(5.0)) == (0.0, False)
    assert pace.ahead(7.5, 5.0) == 0.0  # wherever a file's times begin
