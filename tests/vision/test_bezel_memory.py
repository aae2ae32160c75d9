"""What proved a rim holds while its sides are seen. Looks are a second apart."""

from app.vision.bezel_memory import BezelMemory


def scores(*looks: float) -> list[float]:
    memory = BezelMemory()
    return [memory.update(score, float(at)) for at, score in enumerate(looks)]


def test_one_proof_is_not_enough() -> None:
    assert scores(0.2, 0.9, 0.2, 0.2, 0.2) == [0.2, 0.9, 0.2, 0.2, 0.2]


def test_after_two_the_sides_are_enough() -> None:
    assert scores(0.9, 0.6, 0.2, 0.3) == [0.9, 0.7, 0.7, 0.7]


def test_two_that_are_far_apart_are_one_and_one() -> None:
    assert scores(0.9, 0.2, 0.2, 0.2, 0.9, 0.2)[-1] == 0.2
    memory = BezelMemory()
    assert memory.update(0.9, 0) == 0.9
    assert memory.update(0.9, 60) == 0.9
    assert memory.update(0.3, 61) == 0.3


def test_a_look_without_sides_is_none() -> None:
    assert scores(0.9, 0.9, 0.0, 0.3) == [0.9, 0.9, 0.0, 0.7]


def test_sides_that_were_away_are_others() -> None:
    assert scores(0.9, 0.9, 0, 0, 0, 0, 0.3)[-1] == 0.3


def test_it_does_not_last_for_ever() -> None:
    assert scores(0.9, 0.9, *[0.3] * 40)[-1] == 0.3
