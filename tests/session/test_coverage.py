"""For how much of its time a session could be judged."""

from collections.abc import Collection

import pytest

from app.session.coverage import HEARD, SEEN, TOLD, Coverage
from app.types import AlertKind, Label

NOBODY, GAZE, PHONE = AlertKind.NOBODY, AlertKind.GAZE_AWAY, AlertKind.PHONE
ALL = (NOBODY, GAZE, PHONE, AlertKind.NOT_ASSESSABLE)


def free(kind: AlertKind) -> bool:
    return False


def watch(
    coverage: Coverage,
    since: float,
    until: float,
    spoken: Collection[AlertKind] = (NOBODY, GAZE),
    *,
    reason: Label | None = None,
    suspended: Collection[AlertKind] = (),
    every: float = 0.1,
) -> None:
    """Looks from one second to another; phones are looked for once per second, always."""
    for number in range(round((until - since) / every) + 1):
        at = since + number * every
        kinds = {*spoken, *([PHONE] if abs(at - round(at)) < 1e-6 else [])}
        coverage.update(at, kinds, reason, lambda kind: kind in suspended)


def test_all_of_it() -> None:
    coverage = Coverage(ALL)
    watch(coverage, 100.0, 110.0)
    assert coverage.seconds == pytest.approx(10)
    assert coverage.shares == pytest.approx({NOBODY: 1, GAZE: 1, PHONE: 1})
    assert coverage.not_assessable == {}


def test_nothing_yet() -> None:
    assert Coverage(ALL).shares == {}
    assert Coverage(ALL).as_dict() == {
        "seconds": 0.0,
        "judged": {},
        "not_assessable": {},
        "periods": [],
        "by_source": None,
    }


def test_a_kind_that_is_never_spoken_of() -> None:
    coverage = Coverage(ALL)
    watch(coverage, 0.0, 10.0, (NOBODY,))
    assert coverage.shares[GAZE] == 0


def test_a_look_speaks_for_a_while_and_no_longer() -> None:
    coverage = Coverage(ALL)
    watch(coverage, 0.0, 4.0)
    watch(coverage, 4.0, 10.0, (NOBODY,))
    assert coverage.shares[GAZE] == pytest.approx((4 + 1.5) / 10, abs=0.02)


def test_what_is_suspended_is_not_judged_and_the_reason_counts() -> None:
    coverage = Coverage(ALL)
    watch(coverage, 0.0, 6.0)
    watch(coverage, 6.0, 9.0, (), reason=Label.BLACK, suspended=ALL)
    watch(coverage, 9.0, 10.0, (NOBODY,), reason=Label.FACE_TOO_SMALL, suspended=(GAZE,))
    assert coverage.as_dict() == {
        "seconds": 10.0,
        "judged": {
            "nobody": pytest.approx(0.7, abs=0.01),
            "gaze_away": pytest.approx(0.6, abs=0.01),
            "phone": pytest.approx(0.7, abs=0.01),
        },
        "not_assessable": {"Picture black": 3.0, "Face too small": 1.0},
        "periods": [[0.0, 10.0, None]],
        "by_source": None,
    }


def test_a_silence_counts_as_time_that_was_not_judged() -> None:
    coverage = Coverage(ALL)
    watch(coverage, 0.0, 5.0)
    watch(coverage, 9.0, 10.0)
    assert coverage.seconds == pytest.approx(10)
    assert coverage.shares[NOBODY] == pytest.approx(0.6)


def test_a_pause_counts_for_nothing() -> None:
    coverage = Coverage(ALL)
    watch(coverage, 0.0, 5.0)
    coverage.interrupt("paused")
    watch(coverage, 100.0, 105.0)
    assert coverage.seconds == pytest.approx(10)
    assert coverage.shares[NOBODY] == pytest.approx(1)


def test_times_that_go_back_are_ignored() -> None:
    coverage = Coverage(ALL)
    watch(coverage, 0.0, 5.0)
    coverage.update(3.0, {NOBODY}, None, free)
    watch(coverage, 5.0, 6.0)
    assert coverage.seconds == pytest.approx(6)


def test_a_look_for_objects_is_older_than_the_looks_at_faces_beside_it_and_counts() -> None:
    coverage = Coverage(ALL)
    for number in range(101):
        coverage.update(number / 10, [NOBODY], None, free)
        if number % 10 == 2:
            coverage.update((number - 1) / 10 - 0.02, [PHONE], None, free)
    assert coverage.seconds == pytest.approx(10)
    assert coverage.shares[PHONE] > 0.97


def test_where_no_look_came_pictures_were_too_few() -> None:
    coverage = Coverage(ALL)
    watch(coverage, 0.0, 10.0)
    watch(coverage, 20.0, 30.0)
    assert coverage.seconds == pytest.approx(30)
    assert coverage.shares[NOBODY] == pytest.approx(2 / 3)
    assert coverage.not_assessable == {Label.TOO_FEW_PICTURES: pytest.approx(10)}


def test_every_kind_is_seen_heard_or_told() -> None:
    assert sorted((*SEEN, *HEARD, *TOLD)) == sorted(AlertKind)
    assert AlertKind.UNPUBLISHED in TOLD
