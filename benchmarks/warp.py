"""What moves in the portrait: the eyes and the head, by image warps."""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import RBFInterpolator

from benchmarks.scenes import Scene

Image = NDArray[np.uint8]
Floats = NDArray[np.float32]

LOOKS = {
    Scene.LOOK_LEFT: (0.26, 0.0),
    Scene.LOOK_RIGHT: (-0.21, 0.0),
    Scene.LOOK_UP: (0.0, -0.28),
    Scene.LOOK_DOWN: (0.0, 0.29),
}
"""Where the irises go, in widths of the eye, rightwards and downwards in the picture."""
TURNS = {
    Scene.HEAD_LEFT: (40.0, 0.0),
    Scene.HEAD_RIGHT: (-48.0, 0.0),
    Scene.HEAD_UP: (0.0, 28.0),
    Scene.HEAD_DOWN: (0.0, -32.0),
}
"""Yaw and pitch in degrees; a face mesh sees 35 of a yaw: one picture has no sides to show."""
DISTANCE = 1000.0
"""Pixels from the camera to the face, for the perspective of a turn: six widths of the face."""
LEVELS = 4
"""Maps kept from facing the camera to fully turned; between two of them, a mean of both serves."""

CHIN, JAWS = 152, (132, 361)
IRISES = (468, 473)
UPPER_LIDS = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133),
    (362, 398, 384, 385, 386, 387, 388, 466, 263),
)
LOWER_LIDS = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133),
    (362, 382, 381, 380, 374, 373, 390, 249, 263),
)
"""Points of the face mesh; for the eyes the candidate's right one first, each lid rightwards."""


class Eye:
    """One eye of the head's texture, painted anew with its iris elsewhere."""

    DETAIL = 4
    """The eye is painted this many times larger, for smooth edges."""

    def __init__(self, plate: Image, points: Floats, side: int) -> None:
        d = self.DETAIL
        iris = points[IRISES[side], :2]
        radius = np.hypot(*(points[IRISES[side] + 1, :2] - iris)) * d
        upper, lower = points[list(UPPER_LIDS[side]), :2], points[list(LOWER_LIDS[side]), :2]
        width = float(np.ptp(upper[:, 0]))
        x, y = (iris - (0.85 * width, 0.65 * width)).astype(int)
        self._place = slice(y, y + int(1.3 * width)), slice(x, x + int(1.7 * width))
        self._width = width * d
        self._patch = plate[self._place]
        larger = cv2.resize(self._patch, None, fx=d, fy=d, interpolation=cv2.INTER_CUBIC)
        self._skin = image(larger)
        self._upper, self._lower = (upper - (x, y)) * d, (lower - (x, y)) * d
        h, w = self._skin.shape[:2]
        self._y, self._x = np.mgrid[:h, :w].astype(np.float32)
        along = np.clip((self._x[0] - self._upper[0, 0]) / self._width, 0, 1)
        self._arch = np.sin(np.pi * along).clip(0).astype(np.float32) ** 0.7
        self._painted: tuple[float, float] | None = None
        u, v = (iris - (x, y)) * d
        away = np.hypot(self._x - u, self._y - v)
        opening = self._opening(*self._lids(0, 0)) > 0.5
        inner = cv2.erode(opening.astype(np.uint8), np.ones((d + 1, d + 1)))
        # White where the iris was: its brighter half spread, the real one kept far from the iris.
        light = self._skin.mean(2)
        around = opening & (away > 1.25 * radius)
        bright = around & (light > np.median(light[around]))
        white = cv2.GaussianBlur(filled(self._skin, bright), (0, 0), 2 * d).astype(np.float32)
        kept = cv2.GaussianBlur((inner * (away > 1.35 * radius)).astype(np.float32), (0, 0), d / 2)
        self._white = white + (self._skin - white) * kept[..., None]
        rim = 1 - 0.35 * np.clip((away / radius - 0.7) / 0.3, 0, 1)
        disc = filled(self._skin, (inner > 0) & (away < 0.95 * radius)) * rim[..., None]
        self._disc = np.dstack([disc, np.clip((radius - away) / d + 0.5, 0, 1)]).astype(np.float32)

    def paint(self, texture: Image, weights: Mapping[Scene, float]) -> None:
        """Draw the eye into the texture (RGBA, changed in place), looking where the scenes look."""
        looks = [(weights.get(scene, 0.0), look) for scene, look in LOOKS.items()]
        gaze = sum(w * x for w, (x, _) in looks), sum(w * y for w, (_, y) in looks)
        if self._painted != gaze:
            self._painted = gaze
            self._patch = self._draw(gaze[0] * self._width, gaze[1] * self._width)
        texture[(*self._place, slice(3))] = self._patch

    def _lids(self, upper: float, lower: float) -> tuple[Floats, Floats]:
        """The lids' rows in each column, after their middles moved down by so much."""
        columns = np.clip(self._x[0], self._upper[0, 0], self._upper[-1, 0])
        top, bottom = (
            np.polyval(np.polyfit(lid[:, 0], lid[:, 1], 4), columns)
            for lid in (self._upper, self._lower)
        )
        return floats(top + upper * self._arch), floats(bottom + lower * self._arch)

    def _opening(self, top: Floats, bottom: Floats) -> Floats:
        """How much of each pixel lies between the lids, 0..1."""
        inside = np.minimum(self._y - top, bottom - self._y) / (0.6 * self.DETAIL)
        return floats(np.clip(inside + 0.5, 0, 1) * np.clip((bottom - top) / self.DETAIL, 0, 1))

    def _draw(self, dx: float, dy: float) -> Image:
        upper, lower = (0.7 * dy, 0.3 * dy) if dy < 0 else (0.9 * dy, 0.55 * dy)
        top, bottom = self._lids(upper, lower)
        # The skin goes with the lids: fully at their edge, not at all at the edge of the patch.
        last = len(self._y) - 1
        above = upper * np.clip(self._y / top, 0, 1) ** 1.5
        below = lower * np.clip((last - self._y) / (last - bottom), 0, 1) ** 1.5
        shift = np.where(self._y < (top + bottom) / 2, above, below) * self._arch
        skin = cv2.remap(self._skin, self._x, self._y - shift, cv2.INTER_LINEAR)
        move = np.array([[1, 0, dx], [0, 1, dy]])
        disc = cv2.warpAffine(self._disc, move, self._disc.shape[1::-1])
        ball = self._white + (disc[..., :3] - self._white) * disc[..., 3:]
        shadow = 0.3 * np.exp(-np.maximum(self._y - top, 0) / (0.08 * self._width))
        ball *= 1 - shadow[..., None]
        eye = skin + (ball - skin) * self._opening(top, bottom)[..., None]
        size = self._patch.shape[1::-1]
        return image(cv2.resize(eye, size, interpolation=cv2.INTER_AREA).round())


class Turn:
    """The head's part of the texture, turned and moved by maps that are made once."""

    MARGIN, GRID = 48, 6
    """Pixels around the head, and between the points whose depth is known."""

    def __init__(self, head: Floats, points: Floats) -> None:
        left, top, w, h = cv2.boundingRect((head > 0.5).astype(np.uint8))
        self.x, self.y = left - self.MARGIN // 2, 0
        """Where the turned head's corner belongs in the texture."""
        w, h = w + self.MARGIN, top + h + self.MARGIN
        corner = np.array([self.x, self.y], np.float32)
        mesh = points[: IRISES[0]] - np.append(corner, np.float32(0))
        still = _outline(head, points) - corner
        y, x = np.mgrid[: h + self.GRID : self.GRID, : w + self.GRID : self.GRID].astype(np.float32)
        grid = np.stack([x, y], -1)
        edge = np.concatenate([grid[0], grid[-1], grid[:, 0], grid[:, -1]])[::3]
        # How far each point is before the axis, and how far it belongs to what turns (0..1).
        before = 0.6 * mesh[:, 2].max() - mesh[:, 2]
        known = np.concatenate(
            [np.stack([before, np.ones_like(before)], -1), np.zeros((len(still) + len(edge), 2))]
        )
        where = np.concatenate([mesh[:, :2], still, edge])
        spline = RBFInterpolator(where, known, smoothing=200.0)
        depth, stiff = spline(grid.reshape(-1, 2)).T.reshape(2, *x.shape)
        middle = mesh[:, :2].mean(0)
        u, v = (grid - middle).transpose(2, 0, 1)
        self._maps: dict[Scene, list[Floats]] = {scene: [] for scene in TURNS}
        for scene, turn in TURNS.items():
            for level in range(1, LEVELS + 1):
                yaw, pitch = np.radians(turn) * level / LEVELS
                near = depth * np.cos(yaw + pitch) + stiff * (v * np.sin(pitch) - u * np.sin(yaw))
                larger = 1 + (near - depth) / DISTANCE
                to_u = u + stiff * u * (np.cos(yaw) - 1) + depth * np.sin(yaw)
                to_v = v + stiff * v * (np.cos(pitch) - 1) - depth * np.sin(pitch)
                to = np.stack([to_u, to_v], -1) * larger[..., None] + middle
                self._maps[scene].append(_inverse(grid, np.dstack([to, near]), (h, w)))
        self._rest = np.mgrid[:h, :w].astype(np.float32)[::-1].copy()
        neck = still[:, 1].max()
        self._loose = np.clip((neck - self._rest[1]) / (neck - mesh[CHIN, 1]), 0, 1)
        self._pose: dict[Scene, float] = {}
        self._map, self._edges = self._rest, image(np.zeros((h, w)))

    def __call__(
        self, texture: Image, weights: Mapping[Scene, float], sway: tuple[float, float]
    ) -> Image:
        """The head as the scenes turn it (RGBA, premultiplied), moved by `sway` pixels."""
        pose = {scene: weight for scene, weight in weights.items() if scene in TURNS}
        if self._pose != pose:
            self._pose = pose
            self._map = self._rest + sum(self._offset(*item) for item in pose.items())
            # Where the near cheek hides the far one the map jumps: such edges are softened.
            jumps = cv2.morphologyEx(self._map[0], cv2.MORPH_GRADIENT, np.ones((2, 2))) > 6
            jumps |= cv2.morphologyEx(self._map[1], cv2.MORPH_GRADIENT, np.ones((2, 2))) > 6
            self._edges = image(cv2.dilate(jumps.astype(np.uint8), np.ones((2, 2))))
        x, y = (m - np.float32(s) * self._loose for m, s in zip(self._map, sway, strict=True))
        h, w = x.shape
        view = texture[self.y : self.y + h, self.x : self.x + w]
        turned = cv2.remap(view, x, y, cv2.INTER_LINEAR)
        return image(cv2.copyTo(cv2.blur(turned, (3, 3)), self._edges, turned))

    def _offset(self, scene: Scene, weight: float) -> Floats:
        maps = [np.zeros_like(self._rest), *self._maps[scene]]
        level = min(int(weight * LEVELS), LEVELS - 1)
        return floats(maps[level] + (maps[level + 1] - maps[level]) * (weight * LEVELS - level))


def image(picture: ArrayLike) -> Image:
    """The same, with the type that OpenCV's annotations leave open; so does `floats`."""
    return np.asarray(picture, np.uint8)


def floats(values: ArrayLike) -> Floats:
    return np.asarray(values, np.float32)


def filled(picture: Image, known: NDArray[np.bool_]) -> Image:
    """The picture (h, w, n) with its unknown pixels filled from the known around: push and pull."""

    def fill(sums: Floats, weights: Floats) -> Floats:
        mean = sums / np.maximum(weights, 1e-6)
        if min(weights.shape) <= 2:
            return floats(mean)
        coarse = fill(floats(cv2.pyrDown(sums)), floats(cv2.pyrDown(weights)))
        around = cv2.pyrUp(coarse, dstsize=weights.shape[::-1])
        trust = np.minimum(2 * weights, 1)
        return floats(mean * trust + around * (1 - trust))

    weights = floats(known)
    channels = [fill(floats(c * weights), weights) for c in cv2.split(picture)]
    return image(np.stack(channels, -1).clip(0, 255).round())


def over(frame: Image, layer: Image, x: int, y: int) -> None:
    """Draw a premultiplied RGBA layer into the frame (RGB or RGBA), its corner at x, y."""
    h, w, channels = frame.shape
    rows = slice(max(y, 0), min(y + layer.shape[0], h))
    columns = slice(max(x, 0), min(x + layer.shape[1], w))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    shown = layer[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
    through = cv2.merge([255 - shown[..., 3]] * channels)
    under = cv2.multiply(frame[rows, columns], through, scale=1 / 255)
    frame[rows, columns] = cv2.add(under, shown[..., :channels])


def _outline(head: Floats, points: Floats) -> Floats:
    """Points of the head's outline that stay where they are when it turns: hair, and the collar."""
    mask = (head > 0.5).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = floats(max(contours, key=len)[::6, 0])
    hair = outline[:, 1] < points[JAWS, 1].min() - 20
    collar = outline[:, 1] > points[CHIN, 1] + 5
    return floats(outline[hair | collar])


def _inverse(grid: Floats, turned: Floats, size: tuple[int, int]) -> Floats:
    """Where each pixel of the turned picture comes from, relative to itself (2, h, w).

    `grid` (rows, columns, 2) is x and y of the points, `turned` (rows, columns, 3) their x, y and
    nearness after the turn. The triangles between the points are drawn all at once, one pixel of
    each per step; where two cover a pixel, the nearer one wins.
    """
    h, w = size
    index = np.arange(grid[..., 0].size).reshape(grid.shape[:2])
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    triangles = np.stack([a, b, c, b, d, c], -1).reshape(-1, 3)
    corners = turned[..., :2].reshape(-1, 2)[triangles]
    values = np.dstack([grid, turned[..., 2]]).reshape(-1, 3)[triangles]
    low, high = np.ceil(corners.min(1)).astype(int), np.floor(corners.max(1)).astype(int)
    first, u, v = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    area[area == 0] = 1e-9
    pixels, found = [], []
    for step in np.ndindex(*(high - low).max(0) + 1):
        at = low + step
        i = np.flatnonzero(((at <= high) & (at >= 0) & (at < (w, h))).all(1))
        q = at[i] - first[i]
        s = (q[:, 0] * v[i, 1] - q[:, 1] * v[i, 0]) / area[i]
        r = (u[i, 0] * q[:, 1] - u[i, 1] * q[:, 0]) / area[i]
        inside = (s >= -1e-4) & (r >= -1e-4) & (s + r <= 1 + 1e-4)
        i, s, r = i[inside], s[inside, None], r[inside, None]
        pixels.append(at[i] @ (1, w))
        found.append(values[i, 0] * (1 - s - r) + values[i, 1] * s + values[i, 2] * r)
    pixel, value = np.concatenate(pixels), np.concatenate(found)
    order = np.argsort(value[:, 2])
    source = np.mgrid[:h, :w].astype(np.float32)[::-1].reshape(2, -1)
    rest = source.copy()
    source[:, pixel[order]] = value[order, :2].T
    return (source - rest).reshape(2, h, w)
