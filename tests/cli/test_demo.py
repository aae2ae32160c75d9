"""The demo, played through a service that it starts or that runs already."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from benchmarks.scenes import DEMO, Act, Scene
from benchmarks.service import REPOSITORY
from cli.demo_report import DOES, RAISES, Event, Shown, clock, schedule, sentence, summary
from tests.service import Service, running_service


def command(*options: str) -> list[str]:
    return [sys.executable, str(REPOSITORY / "run.py"), "demo", *options]


def run_demo(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*options), capture_output=True, text=True, timeout=110)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


def event(
    label: str = "Looking Right",
    *,
    state: str = "started",
    at: float = 8.0,
    started_at: float = 6.2,
    **evidence: float,
) -> Event:
    return {
        "label": label,
        "state": state,
        "severity": "warning",
        "at": at,
        "started_at": started_at,
        "ended_at": at if state == "ended" else None,
        "evidence": evidence,
    }


# The whole of it


def test_the_first_scenes_raise_their_alert(service: Service) -> None:
    done = run_demo("--url", service.url, "--seconds", "11")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    now = lines.index("00:06 now: looks to their right")
    assert lines[now + 1].startswith("00:08 ALERT Looking Right (warning), yaw -")
    assert "each scene raised its alert, and nothing else did" in lines
    session = httpx.get(f"{service.url}/v1/sessions").json()["sessions"][0]
    assert (session["state"], session["last_seq"]) == ("stopped", 2)
    assert f"{service.url}/?session={session['id']}" in done.stdout


def test_a_loop_ends_with_ctrl_c_and_reports_the_whole_scenes(service: Service) -> None:
    options = ("--url", service.url, "--seconds", "6", "--loop")
    with subprocess.Popen(command(*options), stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            if line == "00:06 now: faces the screen\n":
                demo.send_signal(signal.SIGINT)
                break
        said = demo.stdout.read().splitlines()
    assert demo.returncode == 0
    assert said[0].startswith("stopped")
    assert [line[:5] for line in said if "faces the screen" in line] == ["00:00"]


def test_a_service_that_cannot_be_reached_is_named() -> None:
    done = run_demo("--url", "http://127.0.0.1:1")
    assert done.returncode == 1
    assert "no service answers at http://127.0.0.1:1" in done.stderr
    assert "Traceback" not in done.stderr


def test_too_few_seconds_for_any_scene() -> None:
    done = run_demo("--seconds", "5")
    assert done.returncode == 2
    assert "the first scene takes 6 s" in done.stderr


# What it says


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            event(yaw_degrees=-16.04, pitch_degrees=2.0, limit_degrees=13.0),
            "00:08 [bold yellow]ALERT Looking Right[/] (warning), yaw -16.0°, limit 13°",
        ),
        (
            event("Looking Down", yaw_degrees=1.0, pitch_degrees=-14.0, limit_degrees=12.0),
            "00:08 [bold yellow]ALERT Looking Down[/] (warning), pitch -14.0°, limit 12°",
        ),
        (
            event("Multiple Persons Detected", person_count=2),
            "00:08 [bold yellow]ALERT Multiple Persons Detected[/] (warning), 2 persons",
        ),
        (event(state="ended", at=70.1), "01:10 Looking Right ended after 63.9 s"),
    ],
)
def test_an_event_in_plain_words(told: Event, words: str) -> None:
    assert sentence(told) == words


def test_the_clip_has_a_timetable() -> None:
    shown = schedule(DEMO[:2], 100.0)
    assert shown == [Shown(Scene.FACING, 100.0, 106.0), Shown(Scene.LOOK_RIGHT, 106.0, 110.0)]
    assert clock(shown[1].began) == "01:46"


ACTS = (Act(scene=Scene.FACING, seconds=6.0), Act(scene=Scene.LOOK_RIGHT, seconds=4.0))


@pytest.mark.parametrize(
    ("events", "wrong"),
    [
        ([event(), event(state="ended", at=10.2)], []),
        ([], ["missed: Looking Right at 00:06, while the candidate looks to their right"]),
        (
            [event("Looking Left")],
            [
                "missed: Looking Right at 00:06, while the candidate looks to their right",
                "unexpected: Looking Left at 00:06, while the candidate looks to their right",
            ],
        ),
        (
            [event(), event("Head Up", started_at=2.0)],
            ["unexpected: Head Up at 00:00, while the candidate faces the screen"],
        ),
    ],
)
def test_what_was_missed_or_made_up_is_told(events: list[Event], wrong: list[str]) -> None:
    table, told = summary(schedule(ACTS, 0.0), events)
    assert told == wrong
    assert table.row_count == 2


def test_every_scene_of_the_clip_has_words() -> None:
    assert set(DOES) == set(Scene)
    assert set(RAISES) == set(Scene) - {Scene.FACING}
