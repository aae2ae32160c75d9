"""What the demo showed and what the service said about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from benchmarks.scenes import Act, Scene

DOES: Mapping[Scene, str] = {
    Scene.FACING: "faces the screen",
    Scene.LOOK_LEFT: "looks to their left",
    Scene.LOOK_RIGHT: "looks to their right",
    Scene.LOOK_UP: "looks up",
    Scene.LOOK_DOWN: "looks down",
    Scene.HEAD_LEFT: "turns their head to their left",
    Scene.HEAD_RIGHT: "turns their head to their right",
    Scene.HEAD_UP: "lifts their head",
    Scene.HEAD_DOWN: "lowers their head",
    Scene.GONE: "has left",
    Scene.TWO: "has somebody beside them",
}
RAISES: Mapping[Scene, str] = {
    Scene.LOOK_LEFT: "Looking Left",
    Scene.LOOK_RIGHT: "Looking Right",
    Scene.LOOK_UP: "Looking Up",
    Scene.LOOK_DOWN: "Looking Down",
    Scene.HEAD_LEFT: "Head Left",
    Scene.HEAD_RIGHT: "Head Right",
    Scene.HEAD_UP: "Head Up",
    Scene.HEAD_DOWN: "Head Down",
    Scene.GONE: "No Face Detected",
    Scene.TWO: "Multiple Persons Detected",
}
COLOURS = {"critical": "red", "warning": "yellow", "info": "blue"}
COUNTED = {"person_count": "persons"}
Event = Mapping[str, Any]
"""One entry of a message's `events`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A scene of the clip that was played."""

    scene: Scene
    began: float
    """Seconds on the clip's clock."""
    ended: float


def schedule(acts: Sequence[Act], began: float) -> list[Shown]:
    """When each of the acts is played."""
    shown = []
    for act in acts:
        shown.append(Shown(act.scene, began, began + act.seconds))
        began += act.seconds
    return shown


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60:02}:{int(seconds) % 60:02}"


def sentence(event: Event) -> str:
    """An event in plain words, with the clip's time."""
    label, colour = event["label"], COLOURS[event["severity"]]
    if event["state"] == "ended":
        lasted = event["ended_at"] - event["started_at"]
        return f"{clock(event['at'])} {label} ended after {lasted:.1f} s"
    numbers = "".join(f", {_number(*item)}" for item in _telling(event))
    return f"{clock(event['at'])} [bold {colour}]ALERT {label}[/] ({event['severity']}){numbers}"


def summary(shown: Sequence[Shown], events: Sequence[Event]) -> tuple[Table, list[str]]:
    """A table of the scenes and the alerts in them, and what is wrong with that."""
    table = Table(box=None, pad_edge=False, title="Shown and reported", title_justify="left")
    for heading in ("time", "the candidate", "expected", "reported"):
        table.add_column(heading)
    wrong = []
    starts = [event for event in events if event["state"] == "started"]
    for scene in shown:
        within = [e for e in starts if scene.began <= e["started_at"] < scene.ended]
        labels, expected = [event["label"] for event in within], RAISES.get(scene.scene)
        at, does = clock(scene.began), DOES[scene.scene]
        if expected is not None and expected not in labels:
            wrong.append(f"missed: {expected} at {at}, while the candidate {does}")
        unexpected = [label for label in labels if label != expected]
        wrong += [
            f"unexpected: {label} at {at}, while the candidate {does}" for label in unexpected
        ]
        right = not unexpected and (expected is None or expected in labels)
        said = f"[{'green' if right else 'red'}]{', '.join(labels) or 'nothing'}"
        table.add_row(at, does, expected or "nothing", said)
    return table, wrong


def _telling(event: Event) -> list[tuple[str, float]]:
    """The numbers of the evidence that concern the label."""
    axis = "pitch_" if event["label"].endswith((" Up", " Down")) else "yaw_"
    numbers: Mapping[str, float] = event["evidence"]
    return [i for i in numbers.items() if i[0].startswith((axis, "limit_")) or i[0] in COUNTED]


def _number(name: str, value: float) -> str:
    if name in COUNTED:
        return f"{value:g} {COUNTED[name]}"
    digits = f"{value:g}" if name.startswith("limit_") else f"{value:.1f}"
    return f"{name.partition('_')[0]} {digits}°"
