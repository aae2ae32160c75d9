"""What a measurement may be limited to."""

import hashlib
from enum import StrEnum


class Condition(StrEnum):
    """What lies between mouths and the service; one at a time."""

    CLEAN = "clean"
    TELEPHONE = "telephone"
    """300 to 3400 Hz."""
    REVERB = "reverb"
    """A room that rings for 0.4 to 0.7 s (RT60); others than the candidate are further away."""
    NOISE = "noise"
    """15 dB below the candidate's speech: pink, and a fan's."""


class Split(StrEnum):
    """Which speakers something may be fitted on, and which are kept to judge it."""

    FIT = "fit"
    HELD_OUT = "held-out"


def split_of(name: str) -> Split:
    """About half of all names belong to either; a name always to the same."""
    return Split.FIT if hashlib.sha256(name.encode()).digest()[0] % 2 else Split.HELD_OUT
