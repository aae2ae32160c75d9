"""The screen is calibrated with a face: five gazes by the schedule, then the limits are its own.

The generated portrait looks; pictures carry their own times, and each is awaited.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from benchmarks.portrait import Portrait, Scene, jpegs
from benchmarks.service import Service, running_service
from tests.api.client import Client

Look = Mapping[Scene, float]
"""How much of each scene."""

AHEAD: Look = {Scene.FACING: 1.0}
TO_THE_LEFT: Look = {Scene.LOOK_LEFT: 0.7}
FAR_TO_THE_LEFT: Look = {Scene.LOOK_LEFT: 1.0}
CORNERS: tuple[Look, ...] = (
    AHEAD,
    {Scene.LOOK_LEFT: 0.7, Scene.LOOK_UP: 0.7},
    {Scene.LOOK_RIGHT: 0.7, Scene.LOOK_UP: 0.7},
    {Scene.LOOK_RIGHT: 0.7, Scene.LOOK_DOWN: 0.7},
    {Scene.LOOK_LEFT: 0.7, Scene.LOOK_DOWN: 0.7},
)
REACTION = 0.3
"""Seconds from a dot to the gaze."""
EVERY = 0.1
"""Seconds between two pictures."""


class Candidate:
    """Sits before the camera of one session."""

    def __init__(self, client: Client, session_id: str, portrait: Portrait, show: Any) -> None:
        self._client = client
        self._path = f"/v1/sessions/{session_id}/calibration"
        self._session_id = session_id
        self._portrait = portrait
        self._show = show
        self._number = 0

    @property
    def at(self) -> float:
        return self._number * EVERY

    def look(self, seconds: float, where: Callable[[float], Look] | Look) -> None:
        """There, or at each time where it says."""
        until = self.at + seconds
        while self.at < until - 1e-9:
            look = where(self.at) if callable(where) else where
            picture = self._portrait.frame(look, self.at, self._number)
            self._show(next(jpegs([picture])), self.at)
            self._number += 1

    def calibrate(self) -> dict[str, Any]:
        """Follow the dots; how that went."""
        answer = self._client.http.post(self._path, json={"dot_seconds": 1.5}).raise_for_status()
        dots = answer.json()["dots"]

        def where(at: float) -> Look:
            shown = [n for n, dot in enumerate(dots) if dot["at"] + REACTION <= at]
            return CORNERS[shown[-1] if shown else 0]

        self.look(dots[-1]["at"] + dots[-1]["for_seconds"] - self.at + 2 * EVERY, where)
        self.look(1.0, AHEAD)
        outcome: dict[str, Any] = self._client.http.get(self._path).json()
        return outcome

    def forget(self) -> None:
        self._client.http.delete(self._path).raise_for_status()

    def glance(self, where: Look) -> list[dict[str, Any]]:
        """Look there for 3 s and back again: what was told."""
        before = self._client.get(self._session_id).json()["last_seq"]
        self.look(3.0, where)
        self.look(1.5, AHEAD)
        return self._client.events(self._session_id, after=before)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service(PROCTOR_STALE_AFTER="60") as running:
        yield running
        assert "Traceback" not in running.log.read_text()


def test_what_lies_within_the_calibrated_screen_is_not_away(service: Service) -> None:
    with Client(service) as client, client.camera("wide", rules={}) as camera:
        candidate = Candidate(client, "wide", Portrait(), camera.show)
        candidate.look(4.0, AHEAD)

        start, _ = candidate.glance(TO_THE_LEFT)
        assert (start["label"], start["evidence"]["limit_degrees"]) == ("Looking Left", 13.0)
        assert "limits" not in start["evidence"]

        outcome = candidate.calibrate()
        assert (outcome["state"], outcome["failure"]) == ("done", None)
        screen = outcome["screen"]
        assert screen["right"] < -13 < 11 < screen["left"]
        assert screen["down"] < -4 < 13 < screen["up"]
        width = screen["left"] - screen["right"]
        assert screen["yaw_limit"] == pytest.approx(width / 2 + 4, abs=0.01)
        seen = client.get("wide").json()
        assert (seen["calibration"], seen["live"]["screen"]) == (screen, True)
        assert seen["last_seq"] == 2  # following the dots was no alert

        assert candidate.glance(TO_THE_LEFT) == []
        start, end = candidate.glance(FAR_TO_THE_LEFT)
        assert (start["kind"], start["label"]) == ("gaze_away", "Looking Left")
        assert start["evidence"]["limits"] == end["evidence"]["limits"] == "screen"
        assert start["evidence"]["limit_degrees"] == pytest.approx(screen["yaw_limit"], abs=0.01)

        candidate.forget()
        start, _ = candidate.glance(TO_THE_LEFT)
        assert start["evidence"]["limit_degrees"] == 13.0
        assert client.get("wide").json()["calibration"] is None


def test_whose_pictures_are_mirrored_unsaid_is_told_so(service: Service) -> None:
    with Client(service) as client, client.camera("swapped", mirrored=True, rules={}) as camera:
        candidate = Candidate(client, "swapped", Portrait(), camera.show)
        candidate.look(1.0, AHEAD)
        outcome = candidate.calibrate()
        assert (outcome["state"], outcome["screen"]) == ("failed", None)
        assert outcome["failure"]["reason"] == "sides_swapped"
        assert "mirrored" in outcome["failure"]["message"]
