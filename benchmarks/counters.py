"""What a service says of its sessions' frames and samples."""

from typing import Any

import httpx

Frames = dict[str, int]
"""Frames received and what became of them, by the service's own names."""
PAGE = 500


def adds_up(frames: Frames) -> bool:
    """Whether the service knows what became of every frame."""
    return 2 * frames["received"] == sum(frames.values())


def flat(frames: dict[str, Any]) -> Frames:
    """The refused ones as one number."""
    return {
        name: sum(number.values()) if isinstance(number, dict) else number
        for name, number in frames.items()
    }


def sound_adds_up(samples: dict[str, Any]) -> bool:
    """The same of samples; refused messages hold none."""
    known = samples["analysed"] + samples["gapped"] + samples["buffered"]
    return bool(samples["received"] == known)


def counter_faults(session_id: str, live: dict[str, Any]) -> list[str]:
    """What does not add up, or went wrong, in a session that nothing is under way of."""
    found = []
    looks = (live["frames"], live["object_frames"])
    sounds = (live["samples"], live["reference_samples"])
    if not all(adds_up(flat(frames)) for frames in looks) or not all(map(sound_adds_up, sounds)):
        found.append(f"the counters of {session_id} do not add up: {live}")
    if failed := sum(frames["failed"] for frames in looks):
        found.append(f"{session_id}: {failed} analyses failed")
    return found


def lives(api: httpx.Client, prefix: str) -> dict[str, dict[str, Any]]:
    """What only a running session has, of those whose ids begin so."""
    found: dict[str, dict[str, Any]] = {}
    offset, total = 0, 1
    while offset < total:
        answer = api.get(
            "/v1/sessions",
            params={"limit": PAGE, "offset": offset, "state": ["running", "paused"]},
        )
        page = answer.raise_for_status().json()
        found |= {
            session["id"]: session["live"]
            for session in page["sessions"]
            if session["live"] and session["id"].startswith(prefix)
        }
        offset, total = offset + PAGE, page["total"]
    return found
