"""The service is killed while the adapter sends, and comes back: which promises held."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from benchmarks.adapter_media import Media, turns
from benchmarks.adapter_process import AdapterProcess, errors, running_worker
from benchmarks.service import Service, free_port, running_service, sockets_url
from benchmarks.stored_alerts import Event, faults, stored_events

RULES = {"nobody": {"hold": 0.1, "clear_after": 0.1, "cooldown": 0.0}}
"""The candidate is gone every other three seconds: an alert begins or ends with each change."""
CLOSE_ENOUGH = 0.5
"""Seconds by which the sound that was stated lost may differ from what is missing."""
SETTLING = 5.0
"""Seconds until a stored alert has been told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Of each round."""

    away: float = 10.0
    """Seconds from the kill until the service is started again; loading comes on top."""
    before: float = 15.0
    """Seconds of load before the kill."""
    after: float = 30.0
    """Seconds of load after the service is ready again."""
    width: int = 1280
    height: int = 720
    fps: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """What became of one round."""

    signal: str
    outage: float
    """Seconds from the kill until the service was ready."""
    told_before: int
    """Alerts that `on_alert` was given before the service was ready again."""
    told_after: int
    """And afterwards."""
    stored: int
    """Alerts in the log."""
    resumed_after: float | None
    """Seconds from readiness to the first alert told; None: none was."""
    pictures_after: int
    """That the service has read since the kill."""
    superseded: int
    failed: int
    missing: float
    """Seconds of sound that were fed since the kill and have not reached the service."""
    lost: float
    """Seconds that the adapter counted as lost."""
    stated: float
    """`lost_seconds` of the `audio_gap`; 0: there was none."""
    faults: tuple[str, ...]


def restarts(
    plan: Plan,
    signals: Iterable[signal.Signals] = (signal.SIGTERM, signal.SIGKILL),
    progress: Callable[[str], None] = lambda line: None,
) -> list[Restart]:
    """One round for each signal. Raises ServiceError."""
    progress("preparing the camera …")
    media = turns(plan.width, plan.height)
    found = []
    for number in signals:
        progress(f"{number.name}: {plan.before + plan.away + plan.after:.0f} s, and loading …")
        found.append(_round(plan, number, media))
        progress(f"  {len(found[-1].faults)} faults")
    return found


class _Watched:
    """The worker's one participant, from one look to the next."""

    def __init__(self, worker: AdapterProcess) -> None:
        self._worker = worker
        self.look()

    def look(self) -> None:
        """Once more."""
        (state,) = self._worker.ask("status")
        self.session: str = state["session"]
        self.fed: float = state["fed_seconds"]
        self.sent: dict[str, Any] = state["sent"]
        self.events: list[Event] = state["events"]
        """Told since the last look."""


def _round(plan: Plan, number: signal.Signals, media: Media) -> Restart:
    with TemporaryDirectory(prefix="proctor-restart-") as folder:
        port = str(free_port())

        def service() -> AbstractContextManager[Service]:
            return running_service(
                PROCTOR_PORT=port,
                PROCTOR_DATABASE_URL=f"sqlite:///{folder}/proctor.db",
                PROCTOR_OBJECTS="off",
            )

        url = sockets_url(f"http://127.0.0.1:{port}")
        with running_worker(media, url, fps=plan.fps, rules=RULES) as worker:
            with service() as first:
                worker.ask("status")
                worker.ask("watch")
                time.sleep(plan.before)
                os.kill(first.pid, number)
                killed = time.monotonic()
                before = _Watched(worker)
                time.sleep(plan.away)
                crashes = errors(_text(first))
            with service() as second:
                ready, resumed = time.monotonic(), None
                after = _Watched(worker)
                told = [*before.events, *after.events]
                told_before = len(told)
                while time.monotonic() < ready + plan.after:
                    time.sleep(0.2)
                    after.look()
                    told += after.events
                    if after.events and resumed is None:
                        resumed = time.monotonic() - ready
                stored = _stored(second, after, told)
                worker.ask("stop")
                crashes += errors(_text(second)) + errors(worker.said)
    missing = after.fed - before.fed - (after.sent["sound_seconds"] - before.sent["sound_seconds"])
    lost = after.sent["lost_seconds"]
    pictures = after.sent["pictures"] - before.sent["pictures"]
    return Restart(
        signal=number.name,
        outage=ready - killed,
        told_before=told_before,
        told_after=len(told) - told_before,
        stored=len(stored),
        resumed_after=resumed,
        pictures_after=pictures,
        superseded=after.sent["superseded"],
        failed=after.sent["failed"],
        missing=missing,
        lost=lost,
        stated=stated(stored),
        faults=(
            *crashes,
            *broken(stored, told, told_before, missing=missing, lost=lost, pictures=pictures),
        ),
    )


def _stored(service: Service, watched: _Watched, told: list[Event]) -> list[Event]:
    """The log, once all of it has been told or SETTLING is over; `told` grows meanwhile."""
    deadline = time.monotonic() + SETTLING
    with httpx.Client(base_url=service.url, timeout=30) as api:
        while True:
            watched.look()
            told += watched.events
            stored = stored_events(api, watched.session)  # afterwards: what was told must be there
            if len(told) >= len(stored) or time.monotonic() > deadline:
                return stored
            time.sleep(0.1)


def stated(stored: Iterable[Event]) -> float:
    """Seconds of sound that the log calls lost."""
    newest: dict[str, float] = {}
    for each in stored:
        if each["kind"] == "audio_gap":
            evidence = each["evidence"]  # the end of an episode tells the largest value
            newest[each["id"]] = evidence.get("peak_lost_seconds", evidence.get("lost_seconds", 0))
    return float(sum(newest.values()))


def broken(
    stored: Sequence[Event],
    told: Sequence[Event],
    told_before: int,
    *,
    missing: float,
    lost: float,
    pictures: int,
) -> list[str]:
    """Promises that did not hold. `told_before`: how many of `told` came before the return."""
    numbers = [each["seq"] for each in told]
    found = faults(stored, {each["seq"]: each for each in told})
    found += [f"{seq} was told {n} times" for seq, n in Counter(numbers).items() if n > 1]
    if numbers != sorted(numbers):
        found.append("alerts were told out of their order")
    silent = {each["seq"] for each in stored} - set(numbers)
    found += [f"{seq} is stored and was never told" for seq in sorted(silent)]
    if not told_before or len(told) == told_before:
        found.append(f"{told_before} alerts before the kill, {len(told) - told_before} after it")
    if not pictures:
        found.append("no picture arrived after the kill")
    gap = stated(stored)
    if missing > CLOSE_ENOUGH and not gap:
        found.append(f"{missing:.1f} s of sound are missing, and there is no audio_gap")
    for name, seconds in (("are missing", missing), ("were counted", lost)):
        if abs(gap - seconds) > CLOSE_ENOUGH:
            found.append(f"audio_gap says {gap:.1f} s of sound, and {seconds:.1f} s {name}")
    return found


def _text(service: Service) -> str:
    return service.log.read_text(errors="replace")
