"""What a dispatch asks of the worker, in its metadata."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from client_adapter.livekit import FPS
from client_adapter.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One room to watch."""

    enabled: bool = True
    """Whether there is anything to do at all."""
    plan: Plan = field(default_factory=Plan)
    """Purpose and rules of each candidate's session."""
    proctors: tuple[str, ...] = ()
    """Identities of those who get the alerts and are not watched."""
    candidates: tuple[str, ...] = ()
    """Identities of those who are watched; empty: all who are no proctors and no agents."""
    everyone: bool = False
    """Whether all in the room get the alerts, candidates too."""
    legacy: bool = False
    """Whether the older data messages are sent, too."""
    fps: float = FPS
    """Pictures a second, at most."""
    screen_share: bool = False
    """Whether a shared screen is watched while there is no camera."""
    challenges: bool = True
    """Whether candidates are told of challenges, in the room."""

    @classmethod
    def read(cls, metadata: str) -> "Job":
        """From a JSON object; what other agents put there is left alone. Raises ValueError."""
        if not metadata.strip():
            return cls()
        try:
            given = json.loads(metadata)
        except ValueError as error:
            raise ValueError(f"the job's metadata is no JSON: {error}") from None
        if not isinstance(given, dict):
            raise ValueError("the job's metadata is no JSON object")
        fps = _typed(given, "fps", (int, float), FPS)
        if not fps > 0:
            raise ValueError(f"fps is a number above 0, not {fps}")
        proctors, candidates = (_identities(given, name) for name in ("proctors", "candidates"))
        if both := {*proctors} & {*candidates}:
            raise ValueError(f"{min(both)!r} cannot be a proctor and a candidate")
        return cls(
            enabled=_typed(given, "proctoring_enabled", bool, True),
            plan=Plan(
                purpose=_typed(given, "purpose", str, None),
                rules=_typed(given, "rules", dict, None),
                mirrored=_typed(given, "mirrored", bool, False),
                transcription=_typed(given, "transcription", dict, None),
            ),
            proctors=proctors,
            candidates=candidates,
            everyone=_typed(given, "publish_to_everyone", bool, False),
            legacy=_typed(given, "legacy_messages", bool, False),
            fps=float(fps),
            screen_share=_typed(given, "screen_share", bool, False),
            challenges=_typed(given, "challenges", bool, True),
        )


def _typed(given: Mapping[str, Any], name: str, kind: type | tuple[type, ...], default: Any) -> Any:
    value = given.get(name)
    if value is None:
        return default
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{name} in the job's metadata cannot be {value!r}")
    return value


def _identities(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = _typed(given, name, list, [])
    if not all(isinstance(each, str) and each for each in value):
        raise ValueError(f"{name} in the job's metadata is a list of identities, not {value!r}")
    return tuple(value)
