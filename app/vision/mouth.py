"""How far the mouth is open, whatever the head does and however large it is."""

import numpy as np

from app.vision.head_pose import Alignment

_INDICES = np.array([13, 14, 78, 308])
"""Inner lips: middle of the upper and of the lower one, the corners."""


def opening(alignment: Alignment) -> float:
    """Gap of the inner lips along the head's own upright axis, over the mouth's width.

    About 0 where it is closed (the mesh lets lips overlap a little), 0.1 to 0.4 in speech.
    """
    upper, lower, right, left = alignment.in_head(_INDICES)
    return float((upper[1] - lower[1]) / max(float(np.linalg.norm(right - left)), 1e-6))
