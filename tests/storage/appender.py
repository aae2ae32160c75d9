"""For every line on stdin, a process that appends until it is killed.

It prints its id, then the number and the episode of each alert that is stored; when it is gone,
its exit status. (Forked, because importing everything again takes a second.)
"""

import asyncio
import os
import sys

from tests.storage.builders import alert, opened, session


def tell(line: str) -> None:
    """In one system call: what is killed leaves no half of a line."""
    os.write(1, f"{line}\n".encode())


async def append_for_ever(url: str, name: str) -> None:
    async with opened(url) as store:
        await store.sessions.create(session())

        async def append(writer: int) -> None:
            number = 0
            while True:
                number += 1
                for recorded in await store.log.append("s", [alert(f"{name}-{writer}-{number}")]):
                    tell(f"{recorded.seq} {recorded.alert.id}")

        await asyncio.gather(append(1), append(2), append(3))


for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        tell(f"pid {os.getpid()}")
        asyncio.run(append_for_ever(sys.argv[1], line.strip()))
    tell(f"exit {os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}")
