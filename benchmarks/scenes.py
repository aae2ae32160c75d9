"""What happens in the demo clip, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Scene(StrEnum):
    """What the candidate does."""

    FACING = "facing"
    LOOK_LEFT = "look_left"
    LOOK_RIGHT = "look_right"
    LOOK_UP = "look_up"
    LOOK_DOWN = "look_down"
    HEAD_LEFT = "head_left"
    HEAD_RIGHT = "head_right"
    HEAD_UP = "head_up"
    HEAD_DOWN = "head_down"
    GONE = "gone"
    TWO = "two"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One scene for some time."""

    scene: Scene
    seconds: float
    """The transition into the scene is part of it."""


DEMO: tuple[Act, ...] = (
    Act(scene=Scene.FACING, seconds=6.0),
    Act(scene=Scene.LOOK_RIGHT, seconds=4.0),
    Act(scene=Scene.FACING, seconds=3.0),
    Act(scene=Scene.HEAD_LEFT, seconds=4.0),
    Act(scene=Scene.FACING, seconds=3.0),
    Act(scene=Scene.GONE, seconds=5.0),
    Act(scene=Scene.FACING, seconds=3.0),
    Act(scene=Scene.TWO, seconds=5.0),
    Act(scene=Scene.FACING, seconds=3.0),
    Act(scene=Scene.LOOK_DOWN, seconds=4.0),
    Act(scene=Scene.FACING, seconds=3.0),
)
"""43 seconds with an occasion for each kind of alert that a still portrait can raise."""

AWAY = b"candidate looks away"
"""A comment in those JPEGs of a measurement, for a service that does not decode them."""


def act_at(acts: Sequence[Act], seconds: float) -> int:
    """Which act of the clip goes on at this time; after its end the last one."""
    for number, act in enumerate(acts):
        seconds -= act.seconds
        if seconds < -1e-9:
            return number
    return len(acts) - 1
