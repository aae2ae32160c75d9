"""A mouth that opens in pictures that show a closed one, by image warps."""

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.rooms import Sound
from benchmarks.warp import Floats, Image, image

UPPER, LOWER, CORNERS, CHIN = 13, 14, (78, 308), 152
"""Points of the face mesh."""
DARK = np.array([45.0, 18.0, 20.0], np.float32)
"""The inside of a mouth."""
BELOW = 0.75
"""Share of an opening by which the lower lip goes down; the upper one goes up by the rest."""


def opened(picture: Image, points: Floats, opening: float, chewing: float = 0.0) -> Image:
    """The picture with its mouth open by so many of its widths; `chewing`: the jaw moves alone.

    `points`: the face mesh's in pixels, shape (478, 3), of an upright face.
    """
    right, left = points[CORNERS[0], :2], points[CORNERS[1], :2]
    width = float(np.hypot(*(left - right)))
    x0, y0 = (points[UPPER, :2] + points[LOWER, :2]) / 2
    height = max(float(points[CHIN, 1]) - y0, 1.0)
    first, top = max(round(x0 - 2.2 * width), 0), max(round(y0 - height), 0)
    part = picture[top : round(y0 + 2.5 * height), first : round(x0 + 2.2 * width)]
    x0, y0 = x0 - first, y0 - top
    x, y = np.meshgrid(np.arange(part.shape[1]), np.arange(part.shape[0]))
    across = (x - x0) / (width / 2)
    lips = np.sqrt(np.clip(1 - across**2, 0, 1))
    jaw = np.exp(-((across / 1.6) ** 2))
    tilt = (left[1] - right[1]) / max(left[0] - right[0], 1.0)
    row = y - y0 - tilt * (x - x0)
    down, up = BELOW * opening * width * lips, (1 - BELOW) * opening * width * lips
    fading = np.clip(1 - (row - down) / (1.3 * height), 0, 1)
    below = (down * fading + chewing * width * jaw * fading) * (row > 0)
    above = up * np.clip(1 + (row + up) / (0.8 * height), 0, 1) * (row <= 0)
    source = (y - below + above).astype(np.float32)
    warped = cv2.remap(part, x.astype(np.float32), source, cv2.INTER_LINEAR)
    inside = ((row < down) & (row > -up) & (lips > 0)).astype(np.float32)
    share = cv2.GaussianBlur(inside, (0, 0), max(width / 60, 0.6))[..., None]
    whole = picture.copy()
    whole[top : top + part.shape[0], first : first + part.shape[1]] = image(
        warped * (1 - share) + DARK * share
    )
    return whole


def spoken(sound: Sound, at: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    """How far a mouth is open at these seconds, up to about `most`, as speech grows and falls."""
    power = np.convolve(sound**2, np.hanning(1280) / 640, "same")
    loudness = np.sqrt(power) / max(float(np.percentile(np.sqrt(power), 95)), 1e-6)
    when = np.clip(np.round(at * 16_000).astype(int), 0, len(sound) - 1)
    return np.asarray(most * np.clip(loudness[when], 0, 1.3) ** 0.8)
