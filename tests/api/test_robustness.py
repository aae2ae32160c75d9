"""Bad neighbours: what they send changes nothing for anybody else."""

import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psutil
from websockets.exceptions import ConnectionClosed

from benchmarks.bad_pictures import mutated
from tests.api.client import Client, closing, nobody, somebody, stamped, wait_until
from tests.api.pictures import refused

MESSAGES = 200


def mixed() -> Iterator[bytes]:
    generator = random.Random(7)
    known = [message for message, _ in refused().values() if len(message) < 100_000]
    for _ in range(MESSAGES):
        yield generator.choice(
            (generator.choice(known), mutated(generator.choice((somebody(), nobody())), generator))
        )


def told(client: Client, session_id: str) -> list[dict[str, Any]]:
    """The alerts of a session, without what cannot be the same twice."""
    with client.camera(session_id) as camera:
        for at in range(0, 50, 10):
            camera.leave_and_return(float(at))
        wait_until(lambda: len(client.events(session_id)) == 10)
        events = client.events(session_id)
    return [{**event, "id": "", "session": ""} for event in events]


@contextlib.contextmanager
def meanwhile(*jobs: Callable[[], None]) -> Iterator[list[BaseException]]:
    """Jobs in threads of their own, and what went wrong in them."""
    wrong: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield wrong
    finally:
        for thread in threads:
            thread.join()


def test_bad_messages_do_not_change_a_neighbours_alerts(client: Client) -> None:
    alone = told(client, "alone")

    def send_rubbish() -> None:
        with client.socket("rubbish", "video") as camera:
            for message in mixed():
                camera.send(message)
            wait_until(lambda: client.live("rubbish")["frames"]["received"] == MESSAGES)

    def knock() -> None:
        for number in range(20):
            with contextlib.suppress(ConnectionClosed), client.socket("text", "video") as camera:
                camera.send("text" * number)
                closing(camera)
            with client.socket(f"\0{number}", "audio") as microphone:
                closing(microphone)
            client.create("knock", rules={"phone": {"hold": -1}})

    with meanwhile(send_rubbish, knock) as wrong:
        disturbed = told(client, "disturbed")
    assert wrong == []
    assert disturbed == alone
    frames = client.live("rubbish")["frames"]
    assert sum(frames["invalid"].values()) > MESSAGES / 4
    assert frames["failed"] == 0


def test_who_comes_and_goes_leaves_nothing_behind(client: Client) -> None:
    process = psutil.Process(client.service.pid)

    def come_and_go(times: int) -> None:
        for number in range(times):
            with (
                client.socket("guest", "video", "clock=source") as camera,
                client.socket("guest", "audio") as microphone,
                client.socket("guest", "events") as viewer,
            ):
                camera.send(stamped(float(number), somebody()))
                microphone.send(bytes(640))
                if number % 2:  # no goodbye
                    for connection in (camera, microphone, viewer):
                        connection.socket.close()
        wait_until(lambda: client.live("guest")["publishing"] == [])

    viewers = client.metric("proctor_viewers")
    come_and_go(5)
    wait_until(lambda: client.metric("proctor_viewers") == viewers)
    sessions, files = client.metric("proctor_sessions"), process.num_fds()
    threads, memory = process.num_threads(), process.memory_info().rss
    come_and_go(40)
    wait_until(lambda: client.metric("proctor_viewers") == viewers)
    wait_until(lambda: process.num_fds() <= files + 2)
    assert client.metric("proctor_sessions") == sessions
    assert process.num_threads() <= threads + 2
    assert process.memory_info().rss < memory + 30 * 2**20
    client.order("guest", "stop")
    assert client.metric("proctor_sessions") == sessions - 1
