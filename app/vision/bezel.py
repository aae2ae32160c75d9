"""The rim of a screen or of a print that is held before the camera, told by its straight lines.

Rooms are full of straight lines, but a living person stands before them: what passes close beside a
face ends at a shoulder. Two parallel lines left and right of a face, both of which go on below the
chin where shoulders and chest would hide them, are no background. That is the whole argument, so it
needs both sides of a rim in the picture and enough of the picture below the chin.
"""

from dataclasses import dataclass
from math import atan, degrees, sqrt

import cv2
import numpy as np

from app.types import BoundingBox
from app.vision.decode import Picture
from app.vision.straight_lines import Grey, Lines, find_lines

UNIT = 32
"""Pixels to which the face's width is brought."""
ASPECT = 1.3
"""Height over width of a face that is seen from the front: a turned one keeps its height."""
BESIDE, ABOVE, BELOW = 3.0, 2.2, 2.6
"""Face widths from the face's middle that are looked at."""
GREEN = 1
SIDE_LINES, CROSS_LINES = 28, 16
SEEN, SEEN_AFTER = 0.7, 0.8
"""Of a rim: share of the whole, and of what lies below the middle of the face."""
SEEN_WHERE_HIDDEN = 0.85
"""The same, both, where one side ends before the picture does."""
BEGINS = -0.7
"""A rim begins above the middle of the face; face widths."""
TO_THE_END = 0.3
"""Face widths: so near to the picture's edge a line reaches it."""
PARALLEL = 0.1
"""Slopes of the two sides differ by less: perspective."""
FROM_ROLL = 20.0
"""Degrees between the rim and the face in it, at most."""
TILTED, LIKE_THE_FACE, TILT_COUNTS = 5.0, 7.0, 0.3
"""A rim that leans by so many degrees, and so many from the face's own lean at most, counts as
reaching so many face widths further: rooms do not lean with the heads in them."""
BODY = 2.0
"""Face widths from the middle of the face, beyond which no body hides what lies behind it, though
the head leans over a shoulder: a line there proves nothing."""
FAINTEST, FAINT = 0.2, 0.4
"""Scores of two sides that prove nothing: they end where a body would hide them, or well above."""
PROVEN = 0.6
"""Score of two sides that a body would just have hidden; 1 where they go on far beyond."""
CORNER = 0.5
"""Face widths by which lines may miss the corner in which they meet: it may be round."""
UPRIGHT, MARGINS = 0.01, 0.1
"""Slope, and face widths by which the margins differ, below which two lines from the upper to the
lower edge are how a narrow picture was laid into a wide one."""

ALIKE, STRIPE, STRIPES_APART, MOST_STRIPES = 0.06, 0.9, 0.3, 10
"""Slope by which stripes differ; their length and how far they are apart, face widths; how many
there may be: of 198 rims that were told, none had more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rim:
    """One side of it."""

    distance: float
    """From the middle of the face, face widths."""
    length: float
    """Of what is seen, face widths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bezel:
    """What straight lines say; left and right are the candidate's own."""

    score: float = 0.0
    """0 to 1: 0 without a line on each side, up to 0.4 where both may be a room's, from 0.6 where a
    body would hide them."""
    through_body: float | None = None
    """Face widths by which the sides go on below where a body would hide them; negative: they end
    above. None: no line on each side."""
    left: Rim | None = None
    right: Rim | None = None
    above: Rim | None = None
    """Looked for where the sides may prove something, like `below`."""
    below: Rim | None = None

    @property
    def sides(self) -> int:
        """How many are seen."""
        return sum(rim is not None for rim in (self.left, self.right, self.above, self.below))


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """The surroundings of a face at a known size; pixels."""

    grey: Grey
    x: float
    """Of the middle of the face."""
    y: float
    chin: float
    """Below the middle of the face, face widths."""
    picture_left: float
    """Of the picture's edges; negative: cut off."""
    picture_right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A line on each side: of the picture's left (negative distance) and right ones."""

    left: int
    right: int
    through_body: float


def find_bezel(picture: Picture, face: BoundingBox, roll_degrees: float) -> Bezel:
    """Look for the rim about a face. `roll_degrees`: the head's, as in HeadPose."""
    view = _surroundings(picture, face) if face.width > 0 and face.height > 0 else None
    if view is None:
        return Bezel()
    turned = np.ascontiguousarray(view.grey.T)
    upright = find_lines(turned, (view.y, view.x), UNIT, most=SIDE_LINES)
    sides = upright.take(
        (upright.seen >= SEEN)
        & (upright.seen_after >= SEEN_AFTER)
        & ((upright.begins < BEGINS) | (upright.begins - upright.enters < TO_THE_END))
        & (upright.ends > view.chin)
    )
    pairs = _pairs(sides, view, roll_degrees)
    if not pairs:
        return Bezel()
    provable = any(pair.through_body >= 0 for pair in pairs)
    across = find_lines(view.grey, (view.x, view.y), UNIT, most=CROSS_LINES if provable else 0)
    standing = [pair for pair in pairs if _stands(sides, pair, across, view)]
    best = max(standing, key=lambda pair: pair.through_body, default=None)
    if best is None or _is_padding(sides, best, view) or _is_striped(upright, sides, best):
        return Bezel()
    return Bezel(
        score=_score(best.through_body),
        through_body=best.through_body,
        left=_rim(sides, best.right),
        right=_rim(sides, best.left),
        above=_meeting(sides, best, across, view, below=False),
        below=_meeting(sides, best, across, view, below=True),
    )


def _score(through_body: float) -> float:
    if through_body < 0:
        return max(FAINT + through_body, FAINTEST)
    return min(PROVEN + through_body, 1.0)


def _surroundings(picture: Picture, face: BoundingBox) -> _View | None:
    """None: next to nothing of them is in the picture."""
    height, width = picture.shape[:2]
    unit = max(face.width * width, face.height * height / ASPECT)
    x, y = (face.left + face.width / 2) * width, (face.top + face.height / 2) * height
    left, right = max(0, round(x - BESIDE * unit)), min(width, round(x + BESIDE * unit))
    top, bottom = max(0, round(y - ABOVE * unit)), min(height, round(y + BELOW * unit))
    scale = UNIT / unit
    size = round((right - left) * scale), round((bottom - top) * scale)
    if min(size) < UNIT // 2:
        return None
    step = max(1, int(unit / (3 * UNIT)))
    part = np.ascontiguousarray(picture[top:bottom:step, left:right:step, GREEN])
    how = cv2.INTER_AREA if part.shape[1] > size[0] else cv2.INTER_LINEAR
    return _View(
        grey=np.asarray(cv2.resize(part, size, interpolation=how), np.uint8),
        x=(x - left) * scale,
        y=(y - top) * scale,
        chin=face.height * height / 2 / unit,
        picture_left=-left * scale,
        picture_right=(width - left) * scale,
    )


def hidden_from(distance: float) -> float:
    """Face widths below the chin from which on a body hides what passes so many face widths beside
    the middle of the face. Of people seen from the front and half turned away."""
    return max(0.75, 1.3 * distance - 0.5)


def _pairs(sides: Lines, view: _View, roll: float) -> list[_Pair]:
    found = []
    for left in np.flatnonzero(sides.distance < 0).tolist():
        for right in np.flatnonzero(sides.distance > 0).tolist():
            slopes = sides.slope[left], sides.slope[right]
            lean = degrees(atan(float(sum(slopes)) / 2))
            if abs(slopes[0] - slopes[1]) > PARALLEL or abs(lean - roll) > FROM_ROLL:
                continue
            distances = -float(sides.distance[left]), float(sides.distance[right])
            below = [float(sides.ends[side]) - view.chin for side in (left, right)]
            through = min(below) - hidden_from(sum(distances) / 2)
            if max(distances) > BODY:
                through = min(through, 0.0) - BODY
            elif abs(lean) > TILTED and abs(lean - roll) < LIKE_THE_FACE:
                through += TILT_COUNTS
            found.append(_Pair(left=left, right=right, through_body=through))
    return found


def _stands(sides: Lines, pair: _Pair, across: Lines, view: _View) -> bool:
    """Whether the sides go on to the picture's edge. Where both are seen well, one may end before,
    under a hand, or both at a line that joins them."""
    both = [pair.left, pair.right]
    reached = sides.leaves[both] - sides.ends[both] < TO_THE_END
    if reached.all():
        return True
    if min(sides.seen[both].min(), sides.seen_after[both].min()) <= SEEN_WHERE_HIDDEN:
        return False
    return bool(reached.any()) or _meeting(sides, pair, across, view, below=True) is not None


def _meeting(sides: Lines, pair: _Pair, across: Lines, view: _View, *, below: bool) -> Rim | None:
    """The line that joins both sides where they end, below the face or above it."""
    ends = sides.ends if below else sides.begins
    lowest = view.chin if below else 0.0
    way = 1.0 if below else -1.0
    for line in np.flatnonzero((across.seen >= SEEN) & (way * across.distance > lowest)).tolist():
        misses = []
        for side, corner in ((pair.left, across.begins), (pair.right, across.ends)):
            along_side, along_line = _corner(sides, side, across, line, view)
            misses += [along_side - float(ends[side]), along_line - float(corner[line])]
        if max(map(abs, misses)) < CORNER:
            return _rim(across, line)
    return None


def _corner(sides: Lines, side: int, across: Lines, line: int, view: _View) -> tuple[float, float]:
    """Where two lines meet: the position along each."""
    lean, start = float(sides.slope[side]), float(sides.start[side])
    slope, level = float(across.slope[line]), float(across.start[line])
    y = (slope * start + level) / (1 - slope * lean)
    right, down = lean * y + start - view.x, y - view.y
    along_side = (lean * right + down) / sqrt(1 + lean**2)
    along_line = (right + slope * down) / sqrt(1 + slope**2)
    return along_side / UNIT, along_line / UNIT


def _is_padding(sides: Lines, pair: _Pair, view: _View) -> bool:
    """Whether a narrow picture was laid into the middle of a wide one, by whoever sent it."""
    both = [pair.left, pair.right]
    margins = (
        view.x + float(sides.distance[pair.left]) * UNIT - view.picture_left,
        view.picture_right - view.x - float(sides.distance[pair.right]) * UNIT,
    )
    whole = (sides.leaves - sides.ends < TO_THE_END) & (sides.begins - sides.enters < TO_THE_END)
    return bool(
        whole[both].all()
        and np.abs(sides.slope[both]).max() < UPRIGHT
        and abs(margins[0] - margins[1]) < MARGINS * UNIT
    )


def _is_striped(upright: Lines, sides: Lines, pair: _Pair) -> bool:
    """Whether so many lines run alike, as on curtains and shelves, that two of them go on in the
    folds of a shirt by chance."""
    slope = float(sides.slope[[pair.left, pair.right]].mean())
    alike = (np.abs(upright.slope - slope) < ALIKE) & (upright.ends - upright.begins > STRIPE)
    places = np.floor(upright.distance[alike] / STRIPES_APART)
    return len(np.unique(places)) > MOST_STRIPES


def _rim(lines: Lines, which: int) -> Rim:
    return Rim(
        distance=abs(float(lines.distance[which])),
        length=float(lines.ends[which] - lines.begins[which]),
    )
