"""Frozen or quiet: the same picture, and pictures that look the same."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import simplejpeg

from app.vision.quality import measure
from app.vision.stillness import Stillness
from benchmarks.portrait import Act, Portrait, Scene
from tests.builders import analysis, face
from tests.media import Picture, decoded, jpeg, needs_shared, noisy, portrait, room, video

SOMEBODY = (face(),)


def still(pictures: Sequence[Picture], *, somebody: bool, fps: float = 10.0) -> float:
    """The longest stillness that is told of these pictures; seconds."""
    stillness, longest = Stillness(), 0.0
    for number, picture in enumerate(pictures):
        seen = replace(
            analysis(at=number / fps, faces=SOMEBODY if somebody else ()), width=picture.shape[1]
        )
        quality = measure(picture, None, picture.shape[1])
        longest = max(longest, stillness.update(seen, quality))
    return longest


def sent(picture: Picture, quality: int = 85, shrink: int = 1) -> Picture:
    """As it is decoded after it was encoded."""
    height, width = (-(-side // shrink) for side in picture.shape[:2])
    there: Picture = simplejpeg.decode_jpeg(
        jpeg(picture, quality), min_height=height, min_width=width, min_factor=1
    )
    return there


@pytest.mark.parametrize("somebody", [True, False])
def test_the_same_picture_is_still(somebody: bool) -> None:
    assert still([sent(portrait())] * 80, somebody=somebody) == pytest.approx(7.9)


@pytest.mark.parametrize("somebody", [True, False])
def test_decoded_at_other_sizes_it_is_still_the_same(somebody: bool) -> None:
    sizes = [sent(portrait(), shrink=1 if number % 5 == 0 else 2) for number in range(80)]
    assert still(sizes, somebody=somebody) == pytest.approx(7.9)


def test_encoded_anew_at_another_quality_now_and_then_it_is_still_the_same() -> None:
    qualities = [sent(portrait(), quality) for quality in (50, 95, 70, 85, 60)]
    seen = [picture for picture in qualities for _ in range(16)]
    assert still(seen, somebody=True) == pytest.approx(7.9)


@pytest.mark.parametrize("deviation", [1.0, 2.0])
@pytest.mark.parametrize("quality", [50, 70, 85])
def test_somebody_in_a_cameras_noise_is_never_frozen(quality: int, deviation: float) -> None:
    """However still: this portrait does not move at all."""
    seen = [sent(noisy(portrait(), deviation, seed), quality) for seed in range(80)]
    assert still(seen, somebody=True) < 1.5


@pytest.mark.parametrize("deviation", [0.3, 0.5, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("quality", [50, 70, 85])
def test_the_noise_of_an_empty_room_is_life(quality: int, deviation: float) -> None:
    seen = [sent(noisy(room(), deviation, seed), quality) for seed in range(30)]
    assert still(seen, somebody=False) == 0


@pytest.mark.parametrize("light", [1.0, 0.15])
def test_somebody_who_sits_still_moves(light: float) -> None:
    frames = Portrait().frames((Act(scene=Scene.FACING, seconds=10),), 10)
    seen = [sent((frame * light).astype(np.uint8)) for frame in frames]
    assert still(seen, somebody=True) < 3.5


@needs_shared
@pytest.mark.parametrize("light", [1.0, 0.15])
@pytest.mark.parametrize(
    "name", ["center_focus.mp4", "center_left_center.mp4", "webcam_gaze_calibrate.mp4"]
)
def test_real_people_move(name: str, light: float) -> None:
    frames, fps = video(name)
    step = round(fps / 10)
    seen = [sent((decoded(data) * light).astype(np.uint8)) for data in frames[::step]]
    assert still(seen, somebody=True, fps=fps / step) < 3.5


def test_a_silence_is_no_still_picture() -> None:
    assert still([sent(portrait())] * 4, somebody=True, fps=0.3) == 0


def test_it_begins_anew_after_a_change() -> None:
    first, second = sent(portrait()), sent(portrait()[:, ::-1])
    assert still([first] * 20 + [second] * 30, somebody=True) == pytest.approx(2.9)
