"""The demo clip: a portrait that comes with a package, animated by image warps.

The portrait is NASA's of Eileen Collins, in the public domain, `skimage.data.astronaut()`. It is
cut into three layers: the room, the body before it, the head before both. The head turns by its
depth: the face mesh gives it for the face, and the outline of the hair stays where it is, as that
of a round head does. The irises move behind the lids, and the lids with them. A mirrored, smaller
copy is the second person. Left and right are the candidate's own and the picture is unmirrored:
the candidate's left is the right of the picture.
"""

import contextlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sin

import cv2
import numpy as np
import simplejpeg
from skimage import data

from benchmarks.scenes import DEMO, Act, Scene
from benchmarks.warp import JAWS, Eye, Floats, Image, Turn, filled, floats, image, over

with contextlib.redirect_stderr(io.StringIO()):  # it prints an error under protobuf 6
    import mediapipe as mp

__all__ = ["DEMO", "Act", "Portrait", "Scene", "jpegs"]

WIDTH, HEIGHT = 640, 480
"""Pixels of a frame."""
TRANSITION = 0.35
"""Seconds from one scene to the next."""
SWAY = 1.6, 1.0
"""Pixels the head wanders at most, sideways and vertically."""
SECOND = 0.63
"""Size of the second person relative to the first."""
SECOND_AT = 545
"""Column of the frame in which the second person's head stands."""

PLATE = 600
"""Rows of the layers. The frame shows the upper 480; the second person needs more of the body."""
ZOOM, MIDDLE = 1.75, 226
"""Frame pixels per portrait pixel, and the portrait's column that becomes the frame's middle."""
NOSE = 1
"""Point of the face mesh."""


class Portrait:
    """The portrait, cut up and ready to move. Making one takes about 2 s."""

    def __init__(self) -> None:
        plate = _plate()
        points = _landmarks(plate)
        person = _person(plate)
        head = _head(plate, person, points)
        self._room = _room(plate, person)
        self._body = _body(plate, person, head)
        self._head = _premultiplied(plate, head)
        self._eyes = [Eye(plate, points, side) for side in (0, 1)]
        self._turn = Turn(head, points)
        whole = self._body.copy()
        over(whole, self._head, 0, 0)
        size = round(WIDTH * SECOND), round(PLATE * SECOND)
        self._second = image(cv2.resize(whole[:, ::-1], size, interpolation=cv2.INTER_AREA))
        grain = np.random.default_rng(0).normal(8.5, 1.5, (HEIGHT + 64, WIDTH + 64, 3))
        self._grain = grain.astype(np.uint8)

    def frames(self, acts: Sequence[Act], fps: float = 30.0) -> Iterator[Image]:
        """The acts as RGB pictures (480, 640, 3); the same acts give the same pictures."""
        start, i = 0.0, 0
        weights = {act.scene: 1.0 for act in acts[:1]}
        for act in acts:
            before = weights
            while i / fps < start + act.seconds - 1e-9:
                part = min((i / fps - start) / TRANSITION, 1.0)
                part *= part * (3 - 2 * part)
                weights = {scene: weight * (1 - part) for scene, weight in before.items()}
                weights[act.scene] = weights.get(act.scene, 0.0) + part
                weights = {scene: weight for scene, weight in weights.items() if weight > 0}
                yield self.frame(weights, i / fps, i)
                i += 1
            start += act.seconds

    def frame(self, weights: Mapping[Scene, float], t: float, i: int) -> Image:
        """The `i`-th picture, `t` seconds after the first; of each scene as much as its weight."""
        frame = self._room.copy()
        beside, away = weights.get(Scene.TWO, 0.0), weights.get(Scene.GONE, 0.0)
        if beside:
            move = np.array([[1, 0, _sway(t, 3)], [0, 1, 0.5 * _sway(t, 4)]])
            second = image(cv2.warpAffine(self._second, move, self._second.shape[1::-1]))
            x = SECOND_AT - second.shape[1] // 2 + round(280 * (1 - beside))
            over(frame, second, x, HEIGHT - second.shape[0])
        if away < 1:
            x = -round(0.9 * WIDTH * away)
            for eye in self._eyes:
                eye.paint(self._head, weights)
            over(frame, self._body, x, 0)
            head = self._turn(self._head, weights, (SWAY[0] * _sway(t, 0), SWAY[1] * _sway(t, 1)))
            over(frame, head, x + self._turn.x, self._turn.y)
        x, y = 7 * i % 64, 11 * i % 64
        grain = self._grain[y : y + HEIGHT, x : x + WIDTH]
        return image(cv2.addWeighted(frame, 1, grain, 1, -8))


def jpegs(frames: Iterable[Image], quality: int = 80) -> Iterator[bytes]:
    """The pictures as JPEG files; `quality` is 1..100."""
    for frame in frames:
        yield simplejpeg.encode_jpeg(frame, quality=quality)


def _sway(t: float, phase: float) -> float:
    """A slow wandering within -1..1."""
    return 0.6 * sin(1.3 * t + phase) + 0.4 * sin(2.9 * t + 2 * phase)


def _plate() -> Image:
    """The portrait enlarged to the frame's width (600, 640, 3)."""
    move = np.array([[ZOOM, 0, WIDTH / 2 - MIDDLE * ZOOM], [0, ZOOM, 0]])
    portrait = data.astronaut()  # type: ignore[no-untyped-call]  # scikit-image has no types
    return image(cv2.warpAffine(portrait, move, (WIDTH, PLATE), flags=cv2.INTER_CUBIC))


def _landmarks(plate: Image) -> Floats:
    """Face mesh and irises (478, 3) in pixels; z grows away from the camera."""
    mesh = mp.solutions.face_mesh
    with mesh.FaceMesh(static_image_mode=True, refine_landmarks=True) as model:
        found = model.process(plate).multi_face_landmarks[0].landmark
    return np.array([(p.x * WIDTH, p.y * PLATE, p.z * WIDTH) for p in found], np.float32)


def _person(plate: Image) -> Floats:
    """How much of each pixel is the person, 0..1."""
    with mp.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0) as model:
        guess = model.process(plate).segmentation_mask
    inside, outside = (cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (n, n)) for n in (13, 25))
    labels = np.where(guess > 0.9, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[cv2.erode((guess > 0.9).astype(np.uint8), inside) > 0] = cv2.GC_FGD
    labels[cv2.dilate((guess > 0.1).astype(np.uint8), outside) == 0] = cv2.GC_BGD
    cv2.setRNGSeed(0)
    outer, inner = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(plate, labels, (0, 0, 0, 0), outer, inner, 3, cv2.GC_INIT_WITH_MASK)
    sure = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    return floats(cv2.GaussianBlur(sure.astype(np.float32), (0, 0), 1))


def _head(plate: Image, person: Floats, points: Floats) -> Floats:
    """How much of each pixel is head or neck, 0..1: all above the jaw, the skin below."""
    red, _, blue = cv2.split(plate.astype(np.int16))
    above = np.arange(PLATE)[:, None] < points[JAWS, 1].max()
    mask = (person > 0.5) & (above | ((red - blue > 25) & (red > 70)))
    _, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    x, y = points[NOSE, :2].astype(int)
    one = (parts == parts[y, x]).astype(np.float32)
    whole = cv2.morphologyEx(one, cv2.MORPH_CLOSE, np.ones((9, 9)))
    return floats(np.minimum(cv2.GaussianBlur(whole, (0, 0), 1), person))


def _room(plate: Image, person: Floats) -> Image:
    """The room without the person (480, 640, 3): a grey wall goes on behind, all out of focus."""
    seen = cv2.dilate((person > 0.02).astype(np.uint8), np.ones((13, 13))) == 0
    grey = np.ptp(plate.astype(np.int16), axis=2) < 40
    wall = np.where(seen[..., None], plate, filled(plate, seen & grey))
    return image(cv2.GaussianBlur(wall, (0, 0), 6)[:HEIGHT])


def _body(plate: Image, person: Floats, head: Floats) -> Image:
    """The person without the head (RGBA, premultiplied), continued a little way behind it."""
    seen = cv2.dilate((head > 0.02).astype(np.uint8), np.ones((5, 5))) == 0
    colour = filled(plate, seen & (person > 0.98))
    hidden = filled((person[..., None] * 255).astype(np.uint8), seen)[..., 0] / 255
    alpha = np.where(seen, person, np.clip(4 * hidden - 1.5, 0, 1))
    return _premultiplied(np.where(seen[..., None], plate, colour), alpha)


def _premultiplied(picture: Image, alpha: Floats) -> Image:
    return np.dstack([picture * alpha[..., None], alpha * 255]).round().astype(np.uint8)
