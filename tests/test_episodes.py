"""Real videos through real sockets: the episodes that they must raise, and no other.

Frames carry their own times, so that a busy machine which sends them late changes nothing.
"""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import httpx
import numpy as np
import pytest

from benchmarks.portrait import Act, Portrait, Scene, jpegs
from benchmarks.service import Service, running_service, sockets_url
from client_adapter.sockets import ProctorSockets
from tests.media import decoded, empty_room, flipped, jpeg, needs_shared, portrait, video

SETTLED = 2.5
"""Seconds of sending nothing, in which what was sent is analysed and told."""


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service(PROCTOR_LOG_LEVEL="INFO") as running:
        yield running
        assert "Traceback" not in running.log.read_text()


@dataclass(frozen=True)
class Clip:
    """Frames of a session."""

    frames: Sequence[bytes]
    fps: float
    speed: float = 1.0
    """How much faster than life it is sent; its times are those of life."""
    times: Sequence[float] | None = None
    """Seconds of each frame; None: one after the other."""


@dataclass(frozen=True)
class Told:
    """What the events socket of one session said."""

    messages: list[dict[str, Any]]

    @property
    def words(self) -> list[str]:
        return [word for message in self.messages for word in message["alerts"]]

    def episodes(self) -> list[dict[str, Any]]:
        """Each episode's start and, where it ended, its end."""
        merged: dict[str, dict[str, Any]] = {}
        for message in self.messages:
            for event in message["events"]:
                if event["state"] == "started":
                    merged[event["id"]] = {**event, "told_at": event["at"]}
                else:
                    merged[event["id"]]["ended_at"] = event["ended_at"]
        return list(merged.values())

    def only(self) -> dict[str, Any]:
        assert len(self.episodes()) == 1, self.episodes()
        return self.episodes()[0]


async def play(service: Service, session_id: str, clip: Clip) -> Told:
    messages: list[dict[str, Any]] = []

    async def listen(client: ProctorSockets) -> None:
        async for message in client.events(after=0):
            messages.append(message)

    async with ProctorSockets(sockets_url(service.url), session_id=session_id) as client:
        listening = asyncio.create_task(listen(client))
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number, data in enumerate(clip.frames):
            at = number / clip.fps if clip.times is None else clip.times[number]
            await asyncio.sleep(began + at / clip.speed - loop.time())
            await client.send_frame(data, at)
        await asyncio.sleep(SETTLED)
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
    return Told(messages)


def play_all(service: Service, **clips: Clip) -> dict[str, Told]:
    """Each clip in a session of its own, all at once."""

    async def gather() -> list[Told]:
        return await asyncio.gather(*(play(service, name, clip) for name, clip in clips.items()))

    return dict(zip(clips, asyncio.run(gather()), strict=True))


def seconds(frames: Sequence[bytes], fps: float, begin: float, end: float) -> list[bytes]:
    """A piece of a video; played again and again if it is too short."""
    piece = frames[round(begin * fps) : round(end * fps)]
    return list(piece)


@needs_shared
class TestRealVideos:
    @pytest.fixture(scope="class")
    @classmethod
    def told(cls, service: Service) -> dict[str, Told]:
        aside, fps = video("center_left_center.mp4")
        ahead, other_fps = video("center_focus.mp4")
        room, room_fps = video("webcam_gaze_calibrate.mp4")
        return play_all(
            service,
            right=Clip(aside, fps),
            left=Clip(flipped(aside), fps),
            nothing=Clip(ahead, other_fps),
            on_screen=Clip(room, room_fps),
        )

    def test_looks_right(self, told: dict[str, Told]) -> None:
        episode = told["right"].only()
        assert told["right"].words == ["Looking Right"]
        assert 5.3 < episode["started_at"] < 6.6
        assert episode["started_at"] + 2.0 <= episode["told_at"] < episode["started_at"] + 3.0
        assert 10.2 < episode["ended_at"] < 11.0
        assert episode["evidence"]["yaw_degrees"] < -13

    def test_looks_left_when_flipped(self, told: dict[str, Told]) -> None:
        episode = told["left"].only()
        assert told["left"].words == ["Looking Left"]
        assert episode["evidence"]["yaw_degrees"] > 13

    @pytest.mark.parametrize("name", ["nothing", "on_screen"])
    def test_says_nothing_about_who_looks_at_the_screen(
        self, told: dict[str, Told], name: str
    ) -> None:
        assert told[name].messages == []

    def test_counters_add_up(self, told: dict[str, Told], service: Service) -> None:
        for name in told:
            frames = httpx.get(f"{service.url}/v1/sessions/{name}").json()["live"]["frames"]
            assert frames["received"] == (
                sum(frames[key] for key in ("analysed", "not_due", "superseded", "stale", "failed"))
                + frames["waiting"]
                + sum(frames["invalid"].values())
            )


@needs_shared
class TestSplicedVideos:
    @pytest.fixture(scope="class")
    @classmethod
    def told(cls, service: Service) -> dict[str, Told]:
        aside, fps = video("center_left_center.mp4")
        ahead = seconds(aside, fps, 0.5, 5.0)
        away = seconds(aside, fps, 6.5, 9.5)
        every_two_seconds = [*(away * 20)[: round(1.9 * fps)], *ahead[: round(0.1 * fps)]]
        empty = empty_room(480, 848, round(6 * fps))
        beside = [jpeg(_with_second_face(decoded(data))) for data in ahead]
        return play_all(
            service,
            mostly_away=Clip(ahead + every_two_seconds * 15, fps, speed=1.5),
            by_turns=Clip(ahead + _by_turns(away, fps) + ahead, fps),
            short_glance=Clip(ahead + away[: round(1.2 * fps)] + ahead, fps),
            leaves=Clip(ahead + empty + ahead, fps),
            second_face=Clip(ahead + beside + ahead + ahead, fps),
            begins_aside=Clip(away * 3 + ahead, fps),
        )

    def test_away_95_percent_of_the_time(self, told: dict[str, Told]) -> None:
        away, *others = told["mostly_away"].episodes()
        assert (away["label"], away["ended_at"]) == ("Looking Right", None)
        assert {each["kind"] for each in others} <= {"feed_loop", "spoof"}  # the clip does repeat
        assert all("loop" in each["evidence"]["cues"] for each in others if each["kind"] == "spoof")

    def test_left_and_right_by_turns_is_one_episode(self, told: dict[str, Told]) -> None:
        assert told["by_turns"].only()["kind"] == "gaze_away"

    def test_a_glance_is_nothing(self, told: dict[str, Told]) -> None:
        assert told["short_glance"].messages == []

    def test_leaves_and_returns(self, told: dict[str, Told]) -> None:
        episode = told["leaves"].only()
        assert told["leaves"].words == ["No Face Detected"]
        assert episode["ended_at"] - episode["started_at"] == pytest.approx(6, abs=0.5)

    def test_a_second_face(self, told: dict[str, Told]) -> None:
        episode = told["second_face"].only()
        assert told["second_face"].words == ["Multiple Persons Detected"]
        assert episode["told_at"] - 4.5 < 3.5
        assert episode["ended_at"] is not None

    def test_who_begins_by_looking_aside_does_not_make_it_the_norm(
        self, told: dict[str, Told]
    ) -> None:
        assert told["begins_aside"].words == ["Looking Right"]


class TestPortrait:
    """The generated clip: one still portrait, warped; it needs nothing but packages."""

    FPS = 15.0
    WORDS: ClassVar = {
        Scene.LOOK_LEFT: "Looking Left",
        Scene.LOOK_RIGHT: "Looking Right",
        Scene.LOOK_UP: "Looking Up",
        Scene.LOOK_DOWN: "Looking Down",
        Scene.HEAD_LEFT: "Head Left",
        Scene.HEAD_UP: "Head Up",
        Scene.HEAD_DOWN: "Head Down",
        Scene.GONE: "No Face Detected",
        Scene.TWO: "Multiple Persons Detected",
    }

    @pytest.fixture(scope="class")
    @classmethod
    def told(cls, service: Service) -> dict[str, Told]:
        portrait_clip = Portrait()
        clips = {}
        for scene in cls.WORDS:
            acts = (
                Act(scene=Scene.FACING, seconds=4),
                Act(scene=scene, seconds=5),
                Act(scene=Scene.FACING, seconds=5),
            )
            frames = list(jpegs(portrait_clip.frames(acts, fps=cls.FPS)))
            clips[scene.value] = Clip(frames, cls.FPS)
        clips["head_right"] = Clip(flipped(list(clips["head_left"].frames)), cls.FPS)
        clips["facing"] = Clip(
            list(jpegs(portrait_clip.frames((Act(scene=Scene.FACING, seconds=12),), fps=cls.FPS))),
            cls.FPS,
        )
        return play_all(service, **clips)

    @pytest.mark.parametrize("scene", WORDS)
    def test_each_scene_raises_its_word_once_and_nothing_else(
        self, told: dict[str, Told], scene: Scene
    ) -> None:
        episode = told[scene.value].only()
        assert told[scene.value].words == [self.WORDS[scene]]
        assert episode["ended_at"] is not None

    def test_head_right_is_the_mirror_of_head_left(self, told: dict[str, Told]) -> None:
        assert told["head_right"].words == ["Head Right"]

    def test_facing_the_camera_raises_nothing(self, told: dict[str, Told]) -> None:
        assert told["facing"].messages == []


def _with_second_face(picture: np.ndarray) -> np.ndarray:
    head = cv2.resize(portrait()[20:230, 130:320], (130, 144), interpolation=cv2.INTER_AREA)
    together = picture.copy()
    together[40 : 40 + head.shape[0], 20 : 20 + head.shape[1]] = head
    return together


def _by_turns(away: list[bytes], fps: float) -> list[bytes]:
    half = away[: round(0.8 * fps)]
    return (half + flipped(half)) * 3
