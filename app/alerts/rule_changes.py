"""What a session may change about a rule."""

from collections.abc import Mapping
from dataclasses import replace

from app.errors import RuleError
from app.types import AlertRule

HYSTERESIS = "hysteresis_"
"""Begins the name of the number by which a kind leaves nearer than it enters."""
UNKNOWN_LIVENESS = 0.8
"""The liveness of somebody of whom nothing is known."""
RANGES = {
    "seconds": 86_400.0,
    "degrees": 180.0,
    "fraction": 1.0,
    "percent": 100.0,
    "pixels": 4096.0,
    "hertz": 60.0,
    "decibels": 120.0,
}
"""The largest value of each unit; the smallest is 0."""
OWN_RANGES = {"turn_degrees": (20.0, 45.0)}
"""The smallest and the largest of a limit whose unit allows more than anybody can do."""


def override(rule: AlertRule, changes: Mapping[str, object]) -> AlertRule:
    """The rule with some of its times and limits changed, or switched on or off.

    Raises RuleError, which names the kind, the key and what is allowed.
    """
    times = {"hold": rule.hold, "clear_after": rule.clear_after, "cooldown": rule.cooldown}
    limits = dict(rule.limits)
    enabled = rule.enabled
    for key, value in changes.items():
        if key == "enabled":
            if not isinstance(value, bool):
                raise RuleError(f"{rule.kind}.enabled: {value!r} is neither true nor false")
            enabled = value
        elif key in times:
            times[key] = _number(rule, key, value, (0.0, RANGES["seconds"]))
        elif key in limits:
            bounds = OWN_RANGES.get(key) or (0.0, RANGES[_unit(key)])
            limits[key] = _number(rule, key, value, bounds)
        else:
            allowed = ", ".join((*times, "enabled", *limits))
            raise RuleError(f"{rule.kind}.{key}: no such setting; there are {allowed}")
    _check_hysteresis(rule, limits)
    _check_liveness(limits)
    return replace(
        rule,
        hold=times["hold"],
        clear_after=times["clear_after"],
        cooldown=times["cooldown"],
        enabled=enabled,
        limits=limits,
    )


def _unit(key: str) -> str:
    return key.rpartition("_")[2]


def _number(rule: AlertRule, key: str, value: object, bounds: tuple[float, float]) -> float:
    smallest, largest = bounds
    allowed = f"a number from {smallest:g} to {largest:g} is allowed"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RuleError(f"{rule.kind}.{key}: {value!r} is no number; {allowed}")
    if not smallest <= value <= largest:  # NaN too
        raise RuleError(f"{rule.kind}.{key}: {value} is out of range; {allowed}")
    return float(value)


def _check_liveness(limits: Mapping[str, float]) -> None:
    """Whoever is not known to be a picture must be able to leave the alert."""
    leaves = limits.get("liveness_fraction", 0.0) + limits.get("hysteresis_fraction", 0.0)
    if "liveness_fraction" in limits and leaves >= UNKNOWN_LIVENESS:
        raise RuleError(
            f"spoof.liveness_fraction and hysteresis_fraction: together below {UNKNOWN_LIVENESS:g},"
            f" not {leaves:g}: so much has who is not suspected at all"
        )


def _check_hysteresis(rule: AlertRule, limits: Mapping[str, float]) -> None:
    for name, hysteresis in limits.items():
        if not name.startswith(HYSTERESIS):
            continue
        for key, limit in limits.items():
            same_unit = _unit(key) == _unit(name) and not key.startswith(HYSTERESIS)
            if same_unit and hysteresis >= limit:
                raise RuleError(
                    f"{rule.kind}.{name}: {hysteresis:g} must be below {key}, which is {limit:g}"
                )
