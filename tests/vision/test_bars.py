"""What a camera filled of a picture, and what is bars."""

import cv2
import numpy as np
import pytest

from app.vision.bars import without_bars
from tests.media import Picture, decoded, jpeg, portrait, room

BLACK, GREY, WHITE = (0, 0, 0), (90, 90, 90), (255, 255, 255)


def barred(
    picture: Picture,
    *,
    above: int = 0,
    below: int = 0,
    left: int = 0,
    right: int = 0,
    colour: tuple[int, int, int] = BLACK,
) -> Picture:
    sides = above, below, left, right
    return np.asarray(
        cv2.copyMakeBorder(picture, *sides, cv2.BORDER_CONSTANT, value=colour), np.uint8
    )


@pytest.mark.parametrize("colour", [BLACK, GREY, WHITE])
@pytest.mark.parametrize(
    "bars",
    [
        {"left": 160, "right": 160},
        {"above": 64, "below": 64},
        {"left": 32},
        {"below": 16},
        {"above": 16, "below": 48, "left": 64, "right": 8},
    ],
)
def test_bars_are_taken_off(bars: dict[str, int], colour: tuple[int, int, int]) -> None:
    picture = portrait() // 2 + 40  # its own corner is black
    whole = decoded(jpeg(barred(picture, **bars, colour=colour), 90))
    lines, columns = without_bars(whole)
    above, left = bars.get("above", 0), bars.get("left", 0)
    assert (lines.start, lines.stop) == pytest.approx((above, above + 512), abs=8)
    assert (columns.start, columns.stop) == pytest.approx((left, left + 512), abs=8)


@pytest.mark.parametrize("picture", [portrait(), room()], ids=["portrait", "room"])
def test_a_picture_without_any_is_left_whole(picture: Picture) -> None:
    lines, columns = without_bars(picture)
    assert picture[lines, columns].shape == picture.shape


@pytest.mark.parametrize("way", [(1, 1), (640, 1), (1, 480)], ids=["plain", "across", "down"])
def test_what_has_one_colour_throughout_is_left_whole(way: tuple[int, int]) -> None:
    """In either direction, or in one: stripes."""
    rng = np.random.default_rng(2)
    few = rng.integers(0, 255, (way[1], way[0], 3)).astype(np.uint8)
    stripes = np.ascontiguousarray(np.broadcast_to(few, (480, 640, 3)))
    lines, columns = without_bars(stripes)
    assert stripes[lines, columns].shape == stripes.shape


def test_one_pixel_is_a_picture() -> None:
    assert without_bars(np.zeros((1, 1, 3), np.uint8)) == (slice(0, 1), slice(0, 1))
