"""What a camera page is asked to send follows from how often the service looks."""

import pytest

from app.api.asks import Asks
from app.session.cadence import Cadence, Cadences


def cadences(face_every: int) -> Cadences:
    return Cadences(
        face_every=face_every, count_every=30, liveness_every=30, objects_every=30, stale_after=0.5
    )


@pytest.mark.parametrize(
    ("face_every", "pictures"), [(1, 30), (2, 22), (3, 15), (6, 8), (30, 2), (300, 1)]
)
def test_half_as_many_pictures_again_as_looks(face_every: int, pictures: int) -> None:
    asks = Asks.of(cadences(face_every))
    assert (asks.pictures_per_second, asks.longest_side) == (pictures, 640)


@pytest.mark.parametrize("face_every", [1, 2, 3, 6, 15, 30])
def test_with_as_many_pictures_the_face_is_looked_at_as_often_as_it_should(face_every: int) -> None:
    rate, cadence = Asks.of(cadences(face_every)).pictures_per_second, Cadence(face_every)
    looks = sum(cadence.due(n / rate) for n in range(60 * rate))
    assert looks == pytest.approx(60 * 30 / face_every, rel=0.05)
