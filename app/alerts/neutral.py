"""A session's own neutral: where head or gaze rest when the candidate faces the screen.

While somebody looks at the screen, a head or an eye does not read zero: the camera stands above
or beside the screen, and irises are measured with a bias of their own. The neutral is found from
windows in which the angles are steady. Windows and values more than `BOUND` from facing the
camera never count, so nobody makes looking aside the norm; within the bound little has to be
guarded, because the default limits, taken absolutely, lie outside it.

It is found in three phases. Before the first steady window it is zero. Until `ENOUGH` steady
windows are there, it is their median: the first seconds (eyes still on the keyboard) do not bind
for ever, yet no later second counts more than they do; and what is nearer to facing the camera
than to this early neutral is measured from there. Then it follows slowly.
"""

import math
from collections import deque
from statistics import median

BOUND = 10.0
"""Degrees from facing the camera."""
WINDOW = 2.5
"""Seconds of uninterrupted measurement that are looked at together."""
STEADY = 5.0
"""Degrees about the window's median within which three quarters of it lie, in both angles: a
blink or a glance is left out, and reading a page is still steady."""
EVERY = 0.9
"""Seconds between two looks at the window: once per second, at one measurement per second too."""
ENOUGH = 20
"""Steady windows, about one per second."""
GAP = 2.0
"""Seconds without a measurement that interrupt a window."""
FOLLOWS = 60.0
"""Seconds: the time constant of the slow following."""
PULL = 5.0
"""Degrees: a value farther from the neutral pulls it no harder than this one, which is at most
0.08 degrees per second: the neutral follows what prevails, not the glances."""


class Neutral:
    """The neutral of one pair of angles."""

    def __init__(self) -> None:
        self.yaw = 0.0
        """Degrees; 0 until it stands."""
        self.pitch = 0.0
        """Degrees; 0 until it stands."""
        self._window: deque[tuple[float, float, float]] = deque()
        self._found: list[tuple[float, float]] = []
        self._begun = -math.inf
        self._judged = -math.inf
        self._last = -math.inf

    @property
    def settled(self) -> bool:
        """Whether it stands."""
        return bool(self._found)

    def update(self, yaw: float, pitch: float, now: float) -> None:
        """Takes one measurement in: degrees, and seconds on the session's clock."""
        passed = now - self._last
        if not passed > 0:
            return
        self._last = now
        if len(self._found) == ENOUGH:
            self._follow(yaw, pitch, min(passed, GAP))
            return
        if passed > GAP:
            self._begun = now
        self._window.append((now, yaw, pitch))
        while self._window[0][0] < now - WINDOW:
            self._window.popleft()
        if now - self._begun >= WINDOW and now - self._judged >= EVERY:
            self._judged = now
            self._judge()

    def deviation(self, yaw: float, pitch: float) -> tuple[float, float]:
        """The angles less the neutral, in degrees; while it is early, less zero where nearer."""
        aside, up = yaw - self.yaw, pitch - self.pitch
        if len(self._found) < ENOUGH and math.hypot(yaw, pitch) < math.hypot(aside, up):
            return yaw, pitch
        return aside, up

    def _judge(self) -> None:
        yaws = [yaw for _, yaw, _ in self._window]
        pitches = [pitch for _, _, pitch in self._window]
        yaw, pitch = median(yaws), median(pitches)
        if math.hypot(yaw, pitch) > BOUND or not (_steady(yaws, yaw) and _steady(pitches, pitch)):
            return
        self._found.append((yaw, pitch))
        self.yaw = median(yaw for yaw, _ in self._found)
        self.pitch = median(pitch for _, pitch in self._found)
        if len(self._found) == ENOUGH:
            self._window.clear()

    def _follow(self, yaw: float, pitch: float, seconds: float) -> None:
        if not math.hypot(yaw, pitch) <= BOUND:
            return
        aside, up = yaw - self.yaw, pitch - self.pitch
        share = seconds / FOLLOWS * PULL / max(math.hypot(aside, up), PULL)
        self.yaw += aside * share
        self.pitch += up * share


def _steady(values: list[float], middle: float) -> bool:
    return sum(abs(value - middle) <= STEADY for value in values) >= 0.75 * len(values)
