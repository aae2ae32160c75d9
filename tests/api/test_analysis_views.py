"""What a viewer is told of one look, out of looks that the test made up."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.api.analysis_views import analysis_message
from app.api.live_views import live_view
from app.api.schemas import encoded
from app.types import FaceObservation, Frame, FrameAnalysis, ObjectClass
from app.vision import contours
from tests.builders import detection, face
from tests.fakes import FakeInference, showing
from tests.session.builders import running, watched
from tests.storage.builders import in_loop

PLACES = np.random.default_rng(5).uniform(-0.1, 1.1, (478, 3)).astype(np.float32)
Make = Callable[[Frame], FrameAnalysis]


def at(name: str) -> list[list[float]]:
    """Where a line's points are."""
    return [[round(float(x), 4), round(float(y), 4)] for x, y, _ in PLACES[list(line(name))]]


def line(name: str) -> tuple[int, ...]:
    indices: tuple[int, ...] = getattr(contours, name)
    return indices


def somewhere(**what: Any) -> FaceObservation:
    """A face whose points are anywhere, its eyes wide open."""
    return replace(face(**what), landmarks=PLACES)


def seeing(*faces: FaceObservation) -> Make:
    return lambda frame: replace(
        showing(faces=faces, face_count=len(faces))(frame),
        stages={"decode": 0.001, "mesh": 0.00444},
        sent=(1280, 720),
    )


async def told(make: Make, *, mirrored: bool = False) -> dict[str, Any]:
    """As it arrives at a viewer."""
    inference = FakeInference(make)
    inference.show_objects = lambda frame: replace(
        showing(detections=(detection(ObjectClass.PHONE, confidence=0.87654),))(frame),
        stages={"decode": 0.9, "objects": 0.04},
    )
    async with running(watched(mirrored=mirrored), inference=inference) as r:
        await r.camera.show(1.0, 1.2345678)
        message = json.loads(encoded(analysis_message(r.session, r.shown[-1])))
        live = json.loads(live_view(r.session).model_dump_json())
    assert list(message) == ["alerts", "events", "analysis"]
    assert message["alerts"] == message["events"] == []
    analysis: dict[str, Any] = message["analysis"]
    for key, same in (("now", live["now"]), ("states", live["states"])):
        assert analysis[key] == same
    return analysis


@in_loop
async def test_a_look_with_all_that_belongs_to_it() -> None:
    seen = await told(seeing(somewhere(yaw=12.345, pitch=-3.0, roll=1.0, gaze=(20.0, 4.321))))
    assert (seen["at"], seen["picture"]) == (1.235, 2)
    assert (seen["width"], seen["height"], seen["mirrored"]) == (1280, 720, False)
    [found] = seen["faces"]
    assert found == {
        "box": {"left": 0.4, "top": 0.3, "width": 0.2, "height": 0.3},
        "outline": at("OVAL"),
        "lips": at("LIPS"),
        "nose": at("NOSE"),
        "brows": {"left": at("LEFT_BROW"), "right": at("RIGHT_BROW")},
        "eyes": {
            "left": {"outline": at("LEFT_EYE"), "iris": at("LEFT_IRIS")},
            "right": {"outline": at("RIGHT_EYE"), "iris": at("RIGHT_IRIS")},
        },
        "head": {"yaw": 12.35, "pitch": -3.0, "roll": 1.0},
        "gaze": {"yaw": 20.0, "pitch": 4.32},
    }
    assert seen["objects"] == [
        {"name": "phone", "confidence": 0.877, "left": 0.4, "top": 0.3, "width": 0.2, "height": 0.3}
    ]
    stages = seen["stages_ms"]
    waiting = stages.pop("waiting")
    assert stages == {"decode": 1.0, "mesh": 4.44, "objects": 40.0}
    assert 0 <= waiting <= seen["latency_ms"] + 0.1  # both are rounded


@in_loop
async def test_of_a_mirrored_candidate_left_is_his_own_left() -> None:
    someone = somewhere(yaw=10.0, pitch=5.0, roll=2.0, gaze=(-7.0, 1.0))
    [found] = (await told(seeing(someone), mirrored=True))["faces"]
    assert found["eyes"]["left"] == {"outline": at("RIGHT_EYE"), "iris": at("RIGHT_IRIS")}
    assert found["eyes"]["right"] == {"outline": at("LEFT_EYE"), "iris": at("LEFT_IRIS")}
    assert found["brows"] == {"left": at("RIGHT_BROW"), "right": at("LEFT_BROW")}
    assert found["outline"] == at("OVAL")
    assert found["head"] == {"yaw": -10.0, "pitch": 5.0, "roll": -2.0}
    assert found["gaze"] == {"yaw": 7.0, "pitch": 1.0}


@in_loop
async def test_who_was_not_found_and_who_was_not_looked_for() -> None:
    assert (await told(seeing()))["faces"] == []
    assert (await told(showing()))["faces"] is None


@pytest.mark.parametrize("closed", [("LEFT",), ("RIGHT",), ("LEFT", "RIGHT")])
@in_loop
async def test_a_closed_eye_shows_no_iris(closed: tuple[str, ...]) -> None:
    landmarks = PLACES.copy()
    for side in closed:
        eye = line(f"{side}_EYE")
        upper, lower = eye[12], eye[4]  # the middles of its lids
        landmarks[upper] = landmarks[lower]
    [found] = (await told(seeing(replace(somewhere(), landmarks=landmarks))))["faces"]
    shown = {side for side in ("LEFT", "RIGHT") if found["eyes"][side.lower()]["iris"]}
    assert shown == {"LEFT", "RIGHT"} - {*closed}
    assert found["gaze"] is not None


@in_loop
async def test_without_a_gaze_no_iris_is_shown() -> None:
    [found] = (await told(seeing(somewhere(gaze=None))))["faces"]
    assert found["gaze"] is None
    assert found["eyes"]["left"]["iris"] is found["eyes"]["right"]["iris"] is None
    assert len(found["eyes"]["left"]["outline"]) == 16
