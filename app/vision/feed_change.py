"""Sudden changes of what is sent: the pictures' size, and their noise.

Both happen to honest senders. One whose line became narrow sends smaller pictures, mostly of the
same shape; an encoder that has fewer bits takes the noise out of a picture, and a camera that
lacks light adds some. So noise must have been steady before, and must change threefold at once
while the light stays; a coarser JPEG may still do that.
"""

from collections import deque
from dataclasses import dataclass
from statistics import median

LASTS = 1.0
"""Seconds for which a new size must have lasted."""
SAME_SHAPE = 0.03
"""Share by which width over height may differ."""
STEADY, HELD = 20.0, 3.0
"""Seconds before a change of noise, and after it."""
SAMPLED = 0.5
"""Seconds between two figures of noise that are kept."""
ENOUGH = 0.75
"""Share of the figures that must be there."""
TIMES, SPREAD = 3.0, 1.6
"""A change of noise, at least; the tenth largest figure before over the tenth smallest, at most."""
LEAST = 0.15
"""Levels that are added to noise before it is compared: less is rounding."""
LIGHT = 0.1
"""Share by which the brightness may differ meanwhile."""
SIZES = 4
"""Sizes of decoding whose noise is followed: each is compared with its own kind alone."""

Size = tuple[int, int]
"""Width and height as sent, upright; pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeChange:
    """Another size, at once."""

    since: float
    """Seconds on the session's clock: the first picture of the new size."""
    before: Size
    after: Size

    @property
    def aspect_changed(self) -> bool:
        """Whether the shape is another too; a turned phone does that."""
        then, now = (width / height for width, height in (self.before, self.after))
        return abs(now / then - 1) > SAME_SHAPE


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseChange:
    """Another noise, at once."""

    since: float
    """Seconds on the session's clock: the first picture of the new noise."""
    before: float
    """Levels."""
    after: float
    """Levels."""


class SizeWatch:
    """One session's."""

    def __init__(self) -> None:
        self._known: Size | None = None
        """Of the pictures that were judged."""
        self._newest: Size | None = None
        self._since = 0.0

    def arrived(self, at: float, size: Size) -> None:
        """A picture of this size came."""
        if size != self._newest:
            self._newest, self._since = size, at

    def judge(self, at: float) -> SizeChange | None:
        """What came can be judged; None: the size is the same, or may not stay."""
        if self._newest is None or self._newest == self._known:
            return None
        if self._known is not None and at - self._since < LASTS:
            return None
        before, self._known = self._known, self._newest
        if before is None:
            return None
        return SizeChange(since=self._since, before=before, after=self._newest)


class NoiseWatch:
    """One session's."""

    def __init__(self) -> None:
        self._sizes: dict[int, deque[tuple[float, float, float]]] = {}
        """Of each width at which pictures were decoded: times, noise and brightness in levels."""

    def forget(self) -> None:
        """What comes next is not compared with what was."""
        self._sizes.clear()

    def judge(self, at: float, width: int, noise: float, brightness: float) -> NoiseChange | None:
        """After a look; None: the noise is the same, or it cannot be said yet."""
        if width not in self._sizes and len(self._sizes) >= SIZES:
            self.forget()
        figures = self._sizes.setdefault(width, deque())
        if figures and at - figures[-1][0] < SAMPLED:
            return None
        figures.append((at, noise, brightness))
        while figures[0][0] < at - STEADY - HELD - SAMPLED:
            figures.popleft()
        change = _change(at, [each for each in figures if each[0] >= at - STEADY - HELD])
        if change is not None:
            self.forget()
        return change


def _change(at: float, figures: list[tuple[float, float, float]]) -> NoiseChange | None:
    after = [each for each in figures if each[0] > at - HELD]
    before = figures[: len(figures) - len(after)]
    rate = len(figures) / (STEADY + HELD)
    if not before or at - before[0][0] < STEADY + HELD - 3 * SAMPLED:
        return None
    if len(after) < max(ENOUGH * HELD * rate, 2) or len(before) < ENOUGH * STEADY * rate:
        return None
    noises = sorted(noise + LEAST for _, noise, _ in before)
    cut = len(noises) // 10
    then = median(noises)
    factors = sorted((noise + LEAST) / then for _, noise, _ in after)
    odd = len(factors) // 5
    if noises[-1 - cut] > SPREAD * noises[cut]:
        return None
    if factors[odd] < TIMES and factors[-1 - odd] > 1 / TIMES:
        return None
    lights = [median(light for _, _, light in part) for part in (before, after)]
    if abs(lights[1] - lights[0]) > LIGHT * max(lights[0], 1.0):
        return None
    return NoiseChange(
        since=after[0][0], before=then - LEAST, after=median(noise for _, noise, _ in after)
    )
