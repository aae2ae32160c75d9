"""How long a source that broke is left alone; no clock but numbers."""

from app.session.waits import STEADY, Waits


def test_they_double_up_to_the_longest() -> None:
    waits = Waits()
    assert [waits.after(None) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_few_pictures_are_no_repair() -> None:
    waits = Waits()
    assert [waits.after(lasted) for lasted in (0.0, 0.5, STEADY - 0.1)] == [1, 2, 4]


def test_steady_pictures_are() -> None:
    waits = Waits()
    assert [waits.after(lasted) for lasted in (None, None, STEADY, None)] == [1, 2, 1, 2]
