"""A process that is killed at any moment loses no alert that it has acknowledged."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time

from tests.storage.builders import alert, opened, session

ROUNDS = 14


def append_and_kill(appender: subprocess.Popen[str], number: int) -> dict[int, str]:
    """The acknowledged episodes by their numbers."""
    assert appender.stdin
    assert appender.stdout
    print(number, file=appender.stdin, flush=True)
    pid = int(appender.stdout.readline().split()[1])
    lines = []
    if number % 2:  # The others may be killed while they open the database, or migrate it.
        lines.append(appender.stdout.readline())
    time.sleep(random.uniform(0.0, 0.1))
    os.kill(pid, signal.SIGKILL)
    while not (line := appender.stdout.readline()).startswith("exit"):
        lines.append(line)
    assert line == "exit -9\n"
    return {int(seq): episode for seq, episode in map(str.split, lines)}


async def stored(url: str) -> dict[int, str]:
    """Every episode by its number, after one more append, which no dead process can delay."""
    async with opened(url) as store:
        await store.sessions.create(session())
        await store.log.append("s", [alert()])
        return {each.seq: each.alert.id for each in await store.log.after("s", 0, limit=1_000_000)}


def test_kill_loses_nothing_acknowledged(url: str) -> None:
    acknowledged: dict[int, str] = {}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.storage.appender", url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as appender:
        for number in range(ROUNDS):
            acknowledged |= append_and_kill(appender, number)
            episodes = asyncio.run(stored(url))
            assert acknowledged.items() <= episodes.items()
            assert sorted(episodes) == list(range(1, len(episodes) + 1))
    assert len(acknowledged) >= ROUNDS // 2
