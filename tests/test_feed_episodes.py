"""Feeds that repeat or change through real sockets: events with numbers."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from benchmarks.service import Service, running_service
from tests.media import decoded, jpeg, needs_shared, video
from tests.test_episodes import Clip, Told, play_all

SPEED = 2.0
"""Times as fast as life."""
PERIOD = 4.0
"""Seconds of the loop."""
LASTS = 36.0
"""Seconds for which it goes on: a busy machine loses pictures, and then it is told later."""


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service(PROCTOR_LOG_LEVEL="INFO") as running:
        yield running
        assert "Traceback" not in running.log.read_text()


def encoded_anew(frames: list[bytes], count: int) -> list[bytes]:
    """So many pictures of a loop: each round has another quality, and other pictures are lost."""
    qualities = 85, 70, 80
    pictures = [decoded(data) for data in frames]
    anew = [[jpeg(picture, quality) for picture in pictures] for quality in qualities]
    return [
        anew[number // len(frames) % len(qualities)][number % len(frames)]
        for number in range(count)
    ]


def smaller(data: bytes) -> bytes:
    return jpeg(np.asarray(cv2.resize(decoded(data), (360, 636)), np.uint8))


@needs_shared
class TestFeeds:
    @pytest.fixture(scope="class")
    @classmethod
    def told(cls, service: Service) -> dict[str, Told]:
        frames, fps = video("center_focus.mp4")
        frames, fps = frames[::2], fps / 2
        loop = encoded_anew(frames[: round(PERIOD * fps)], round(LASTS * fps))
        lost = [number for number in range(len(loop)) if number % 11]
        half = len(frames) // 2
        return play_all(
            service,
            looped=Clip(
                [loop[number] for number in lost],
                fps,
                speed=SPEED,
                times=[number / fps for number in lost],
            ),
            resized=Clip([*frames[:half], *map(smaller, frames[half:])], fps, speed=SPEED),
            unchanged=Clip(frames, fps, speed=SPEED),
        )

    def test_a_loop_is_told_with_its_numbers(self, told: dict[str, Told]) -> None:
        kinds = [episode["kind"] for episode in told["looped"].episodes()]
        assert set(kinds) <= {"feed_loop", "spoof"}  # what is made of it is the matter of liveness
        episode = told["looped"].episodes()[kinds.index("feed_loop")]
        assert (episode["label"], episode["severity"]) == ("Pictures repeat", "warning")
        evidence = episode["evidence"]
        assert evidence["period_seconds"] == pytest.approx(PERIOD, abs=0.06)
        assert evidence["matched_seconds"] >= 5
        assert evidence["difference_levels"] < 0.35 * evidence["motion_levels"]
        assert PERIOD - 0.2 < episode["started_at"] < episode["told_at"] < LASTS

    def test_another_size_is_told_with_its_numbers(self, told: dict[str, Told]) -> None:
        episode = told["resized"].only()
        assert (episode["kind"], episode["label"]) == ("feed_change", "Picture size changed")
        assert episode["severity"] == "info"
        evidence = episode["evidence"]
        sizes = [evidence[f"{side}{when}_pixels"] for when in ("_before", "") for side in SIDES]
        assert sizes == [480, 848, 360, 636]
        assert evidence["aspect_changed"] == "no"
        assert episode["started_at"] == pytest.approx(5.2, abs=0.2)
        assert episode["ended_at"] == pytest.approx(episode["started_at"] + 1, abs=0.5)

    def test_another_size_accuses_nobody(self, told: dict[str, Told]) -> None:
        assert told["resized"].words == []

    def test_a_feed_that_is_none_of_it_is_told_of_nothing(self, told: dict[str, Told]) -> None:
        assert told["unchanged"].messages == []


SIDES = "width", "height"
