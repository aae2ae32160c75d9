"""Alerts as a client reads them again, and what may be wrong with them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

Event = dict[str, Any]
"""One alert, in the shape that every channel carries."""
PAGE = 1000


def stored_events(api: httpx.Client, session_id: str) -> list[Event]:
    """All that the log of one session holds."""
    events: list[Event] = []
    while True:
        after = events[-1]["seq"] if events else 0
        answer = api.get(
            f"/v1/sessions/{session_id}/events", params={"after": after, "limit": PAGE}
        )
        page: list[Event] = answer.raise_for_status().json()["events"]
        events += page
        if len(page) < PAGE:
            return events


def faults(
    stored: Sequence[Event], acknowledged: Mapping[int, Event], *, all_ended: bool = False
) -> list[str]:
    """What is broken of the service's promises; empty: nothing.

    `acknowledged`: what viewers received, by number. `all_ended`: no episode may be open.
    """
    found = []
    seqs = [event["seq"] for event in stored]
    if seqs != list(range(1, len(stored) + 1)):
        found.append(f"numbers are not 1 to {len(stored)}")
    by_seq = {event["seq"]: event for event in stored}
    for seq, event in acknowledged.items():
        if seq not in by_seq:
            found.append(f"{seq} was acknowledged and is lost")
        elif by_seq[seq] != event:
            found.append(f"{seq} was told as {event} and is {by_seq[seq]}")
    ends = Counter((event["id"], event["state"]) for event in stored)
    found += [
        f"{state} of {episode} is stored twice" for (episode, state), n in ends.items() if n > 1
    ]
    started: dict[str, Event] = {}
    for event in stored:
        if event["state"] == "started":
            started[event["id"]] = event
        elif started.pop(event["id"], None) is None:
            found.append(f"{event['seq']} ends an episode that did not begin before")
    if all_ended:
        found += [f"the episode of {event['seq']} never ended" for event in started.values()]
    return found
