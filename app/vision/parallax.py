"""Whether a face has depth: what a turned head shows, and a tilted sheet does not.

On a head that turns, the mesh turns with it and keeps its shape. On a photograph that is tilted far
the mesh turns by a few degrees only; the picture becomes narrower or lower instead, and the mesh
along with it, as no skull does. So a face that changed its shape while it hardly turned is flat,
and a face that turned far is not. Somebody who sits still shows neither.
"""

from collections import deque
from dataclasses import dataclass
from statistics import median

from app.types import FaceObservation

WINDOW = 30.0
"""Seconds that are looked back upon."""
ENOUGH = 50
"""Looks in it, at least."""
SMALLEST = 60.0
"""Pixels of a face, as it was sent, below which its shape is noise."""
BENT = 0.05
"""Change of shape, as a share, that no skull shows: real faces stayed within 0.015 while they
hardly turned (95 % of looks, three videos), photographs in a hand within 0.03."""
HARDLY = 8.0
"""Degrees from the usual pose within which a head counts as not turned."""
RESTS = 6.0
"""Degrees from the usual gaze within which the eyes rest: who looks down by 16 draws the mesh along
by 0.055 of its shape. A photograph's gaze stayed within 3."""
TURNED = 18.0
"""Degrees between two poses that prove depth: photographs, tilted by 25 degrees to either side,
looked as if turned by up to 13."""
FEW, MANY = 0.02, 0.08
"""Shares of looks with such a change: up to the first by chance, from the second on surely flat."""
TAILS = 0.05
"""Share of looks left out at either end of a range: the mesh errs now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """What the last half minute showed."""

    turned_degrees: float
    """Between the outermost poses, sideways or upright, whichever is more."""
    bent: float
    """0 to 1: share of looks in which the shape differed, though head and eyes hardly turned."""
    flatness: float
    """0 to 1: how surely the face is flat; 0 for one that turned far, or never moved."""


class Parallax:
    """What one session remembers of its face's poses and shapes."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, float, float, float, float, float]] = deque()

    def update(self, at: float, face: FaceObservation, face_width: float) -> None:
        """One look; `face_width`: pixels of the picture as it was sent."""
        looks = self._looks
        if looks and at < looks[-1][0]:
            return
        while looks and looks[0][0] < at - WINDOW:
            looks.popleft()
        if face_width >= SMALLEST and face.gaze is not None:
            pose, gaze = face.head_pose, face.gaze
            looks.append((at, pose.yaw, pose.pitch, gaze.yaw, gaze.pitch, face.shape))

    def forget(self) -> None:
        """Another face may come."""
        self._looks.clear()

    @property
    def depth(self) -> Depth | None:
        """None: too little was seen."""
        if len(self._looks) < ENOUGH:
            return None
        _, *columns = (list(each) for each in zip(*self._looks, strict=True))
        yaw, pitch, aside, upwards, shape = map(median, columns)
        turned = max(_range(columns[0]), _range(columns[1]))
        bent = sum(
            abs(s / shape - 1) > BENT
            and max(abs(y - yaw), abs(p - pitch)) < HARDLY
            and max(abs(a - aside), abs(u - upwards)) < RESTS
            for _, y, p, a, u, s in self._looks
        ) / len(self._looks)
        flatness = min(max((bent - FEW) / (MANY - FEW), 0.0), 1.0)
        return Depth(
            turned_degrees=turned, bent=bent, flatness=0.0 if turned >= TURNED else flatness
        )


def _range(angles: list[float]) -> float:
    angles = sorted(angles)
    cut = int(TAILS * len(angles))
    return angles[-1 - cut] - angles[cut]
