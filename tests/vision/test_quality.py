"""What is measured of a picture, and that it does not depend on how the picture came."""

import cv2
import numpy as np
import pytest
import simplejpeg

from app.types import BoundingBox
from app.vision.quality import THUMBNAIL, measure
from tests.media import Picture, jpeg, noisy, portrait, room, with_faces

FACE = BoundingBox(left=0.4, top=0.32, width=0.2, height=0.38)
CLOSE = BoundingBox(left=0.2, top=0.05, width=0.5, height=0.9)


def out_of_focus(picture: Picture, pixels: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), pixels), np.uint8)


def at_scale(picture: Picture, shrink: int) -> Picture:
    """Decoded at a half or a quarter of its size."""
    height, width = (-(-side // shrink) for side in picture.shape[:2])
    decoded: Picture = simplejpeg.decode_jpeg(
        jpeg(picture), min_height=height, min_width=width, min_factor=1
    )
    return decoded


def enlarged() -> Picture:
    """A close face, 960x960."""
    return np.asarray(cv2.resize(portrait()[20:260, 110:350], (960, 960)), np.uint8)


@pytest.mark.parametrize(("level", "brightness"), [(0, 0.0), (51, 0.2), (128, 0.502), (255, 1.0)])
def test_brightness_is_the_mean(level: int, brightness: float) -> None:
    quality = measure(np.full((480, 640, 3), level, np.uint8), None, 640)
    assert quality.brightness == pytest.approx(brightness, abs=0.001)
    assert (quality.contrast, quality.sharpness) == (0, 0)


def test_contrast_is_the_standard_deviation() -> None:
    picture = np.zeros((480, 640, 3), np.uint8)
    picture[:, 320:] = 255
    assert measure(picture, None, 640).contrast == pytest.approx(0.5)


def test_a_face_speaks_for_the_picture() -> None:
    picture = room().copy()
    picture[154:336, 256:384] = 10
    assert measure(picture, FACE, 640).brightness == pytest.approx(10 / 255, abs=0.002)
    assert measure(picture, None, 640).brightness > 0.4


@pytest.mark.parametrize(("sent", "pixels"), [(640, 128), (1280, 256)])
def test_the_faces_width_is_of_the_picture_as_it_was_sent(sent: int, pixels: float) -> None:
    assert measure(room(), FACE, sent).face_width == pytest.approx(pixels)
    assert measure(room(), None, sent).face_width is None


def test_blur_lowers_sharpness() -> None:
    picture = with_faces((0.5, 0.5, 128))
    found = [measure(out_of_focus(picture, n), FACE, 640).sharpness for n in (0.5, 1, 2, 4, 8)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.08  # sharp enough to see lids
    assert found[3] < 0.035  # blurred by 3 % of the face


def test_light_does_not_change_sharpness() -> None:
    picture = with_faces((0.5, 0.5, 128))
    darker = (picture * 0.4).astype(np.uint8)
    assert measure(darker, FACE, 640).sharpness == pytest.approx(
        measure(picture, FACE, 640).sharpness, rel=0.1
    )


@pytest.mark.parametrize("pixels", [4, 20, 40])
@pytest.mark.parametrize("shrink", [2, 4])
@pytest.mark.parametrize("box", [None, CLOSE])
def test_values_at_a_half_and_a_quarter_are_comparable(
    shrink: int, pixels: float, box: BoundingBox | None
) -> None:
    picture = out_of_focus(enlarged(), pixels)
    whole, part = (measure(at_scale(picture, n), box, 960) for n in (1, shrink))
    assert part.brightness == pytest.approx(whole.brightness, rel=0.02)
    assert part.contrast == pytest.approx(whole.contrast, rel=0.04)
    assert part.sharpness == pytest.approx(whole.sharpness, rel=0.2)
    assert part.face_width == whole.face_width


@pytest.mark.parametrize(
    "box",
    [
        BoundingBox(left=-0.2, top=-0.1, width=0.5, height=0.6),
        BoundingBox(left=0.9, top=0.8, width=0.5, height=0.6),
        BoundingBox(left=1.2, top=0.2, width=0.2, height=0.2),
        BoundingBox(left=0.5, top=0.5, width=0.001, height=0.001),
    ],
)
def test_a_face_may_lie_beyond_the_edge(box: BoundingBox) -> None:
    assert 0.3 < measure(room(), box, 640).brightness < 0.7


@pytest.mark.parametrize("size", [(64, 64), (64, 400), (720, 1280), (2000, 90)])
def test_thumbnails_have_one_size(size: tuple[int, int]) -> None:
    picture = noisy(np.full((*size, 3), 90, np.uint8), 3, 1)
    assert measure(picture, None, size[1]).thumbnail.shape == THUMBNAIL[::-1]


def noise_of(picture: Picture) -> float:
    noise = measure(picture, None, picture.shape[1]).noise
    assert noise is not None
    return noise


@pytest.mark.parametrize("deviation", [1.0, 2.0, 5.0])
def test_noise_is_its_standard_deviation(deviation: float) -> None:
    grey = np.full((480, 640, 3), 128, np.uint8)
    assert noise_of(noisy(grey, deviation, 1)) == pytest.approx(deviation, rel=0.2)


@pytest.mark.parametrize("picture", [portrait(), room(), np.zeros((64, 64, 3), np.uint8)])
def test_edges_and_light_are_no_noise(picture: Picture) -> None:
    assert noise_of(out_of_focus(picture, 2.0)) < 0.35


@pytest.mark.parametrize("quality", [70, 85, 95])
def test_noise_outlives_its_encoding_in_part(quality: int) -> None:
    with_it, without = (
        simplejpeg.decode_jpeg(jpeg(picture, quality))
        for picture in (noisy(portrait(), 6.0, 1), out_of_focus(portrait(), 1.0))
    )
    assert noise_of(with_it) > 1.8 * noise_of(without) + 0.1
