"""Pictures per second, from their times."""

import pytest

from app.session.frame_rate import FrameRate


def after(*times: float) -> FrameRate:
    rate = FrameRate()
    for at in times:
        rate.arrived(at)
    return rate


@pytest.mark.parametrize("hertz", [0.2, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0])
def test_a_steady_camera(hertz: float) -> None:
    times = [1e9 + number / hertz for number in range(round(hertz * 20) + 1)]
    assert after(*times).hertz(times[-1]) == pytest.approx(hertz, rel=0.01)


def test_one_that_jitters_by_a_third_of_a_second_still_has_one_per_second() -> None:
    times = [number + 0.3 * (-1) ** number for number in range(30)]
    for end in range(5, 30):
        rate = after(*times[:end])
        for waited in (0.0, 0.5, 1.3):
            hertz = rate.hertz(times[end - 1] + waited)
            assert hertz is None or hertz >= 0.8


def test_it_is_not_known_at_first() -> None:
    assert FrameRate().hertz(100.0) is None
    assert after(0.0, 0.1, 0.2).hertz(2.9) is None
    assert after(0.0).hertz(2.9) is None


def test_it_falls_while_none_comes() -> None:
    rate = after(*(number / 30 for number in range(150)))
    newest = 149 / 30
    found = [rate.hertz(newest + waited) for waited in (0.0, 1.0, 2.0, 2.6, 10.0)]
    assert found == pytest.approx([30.0, 2.0, 1.0, 2 / 2.6, 0.2])


def test_pictures_that_never_come() -> None:
    rate = FrameRate()
    rate.expect(5.0)
    rate.expect(7.0)
    assert rate.hertz(7.9) is None
    assert rate.hertz(9.0) == pytest.approx(0.5)


def test_a_silence_does_not_count_against_what_comes_then() -> None:
    assert after(0.0, 0.1, 0.2, 60.0, 60.1, 60.2).hertz(60.2) == pytest.approx(10)
    assert after(0.0, 60.0, 60.1).hertz(60.1) == pytest.approx(10)


def test_pictures_of_one_moment() -> None:
    assert after(5.0, 5.0, 5.0).hertz(5.0) is None
    assert after(*[5.0] * 200, 9.0).hertz(9.0) is None
