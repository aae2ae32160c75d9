"""What a process takes: CPU by thread, and memory (Linux)."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
MAIN, VISION, OBJECTS, SOUND, MEDIAPIPE, REST = GROUPS = (
    "main",
    "vision",
    "objects",
    "sound",
    "mediapipe",
    "rest",
)
"""Threads are told apart by how their names begin; the rest are the database's and loaders'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Of one process."""

    cpu_ms: dict[str, float]
    """Milliseconds since it began, by group of threads."""
    pss_mb: float
    """Memory; what is shared with other processes counts in part."""
    rss_mb: float

    def __sub__(self, earlier: "Usage") -> "Usage":
        """CPU since then; memory as it is."""
        cpu = {group: ms - earlier.cpu_ms[group] for group, ms in self.cpu_ms.items()}
        return Usage(cpu_ms=cpu, pss_mb=self.pss_mb, rss_mb=self.rss_mb)

    @property
    def total_ms(self) -> float:
        """Of all threads."""
        return sum(self.cpu_ms.values())


def usage(pid: int) -> Usage:
    """As it is now. Raises FileNotFoundError where there is no such process."""
    process = Path("/proc", str(pid))
    cpu = dict.fromkeys(GROUPS, 0.0)
    for thread in (process / "task").iterdir():
        try:
            name = MAIN if thread.name == str(pid) else (thread / "comm").read_text()
            cpu[_group(name)] += _cpu_ms(thread)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
    rollup = (process / "smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {line.split()[0]: int(line.split()[1]) for line in rollup}
    return Usage(cpu_ms=cpu, pss_mb=kilobytes["Pss:"] / 1024, rss_mb=kilobytes["Rss:"] / 1024)


def threads_and_files(pid: int) -> tuple[int, int]:
    """How many of both the process has open."""
    process = Path("/proc", str(pid))
    return len([*(process / "task").iterdir()]), len([*(process / "fd").iterdir()])


def sockets(pid: int) -> int:
    """How many the process has open."""
    found = 0
    for file in Path("/proc", str(pid), "fd").iterdir():
        with suppress(FileNotFoundError):  # it has just been closed
            found += str(file.readlink()).startswith("socket:")
    return found


def machine_ms() -> float:
    """Milliseconds that all cores have worked since the machine began, for whomever."""
    user, nice, system, _idle, _waiting, *interrupts = Path("/proc/stat").read_text().split()[1:9]
    return sum(int(ticks) for ticks in (user, nice, system, *interrupts)) * TICK_MS


def local_pid(url: str) -> int | None:
    """The process on this machine that listens at the URL's port; None: there is none."""
    where = httpx.URL(url)
    if where.host not in ("127.0.0.1", "localhost", "::1"):
        return None
    listening = (c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN)
    return next((c.pid for c in listening if c.laddr.port == where.port), None)


def _cpu_ms(task: Path) -> float:
    """The user's and the system's time; the name before them may hold spaces and brackets."""
    fields = (task / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_MS


def _group(name: str) -> str:
    return next((group for group in GROUPS if name.startswith(group)), REST)
