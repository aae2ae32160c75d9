"""What is scored is what this service is set up with."""

from pathlib import Path

import numpy as np
import pytest

from app.settings import load_settings
from app.types import ObjectClass
from benchmarks.accuracy.parts import parts_of
from tests.media import SHARED, needs_shared, portrait


def test_what_is_switched_off_or_missing_is_said(tmp_path: Path) -> None:
    off = parts_of(load_settings(objects="off", models=tmp_path))
    assert (off.detector, off.session_detector) == (None, None)
    assert "PROCTOR_OBJECTS=off" in off.detector_name
    missing = parts_of(load_settings(objects="auto", models=tmp_path))
    assert missing.detector is None
    assert f"no weights in {tmp_path}" in missing.detector_name
    (tmp_path / "yolo11n.pt").write_bytes(b"weights")
    unconverted = parts_of(load_settings(objects="auto", models=tmp_path))
    assert unconverted.detector is None
    assert "yolo11n.pt is not converted yet" in unconverted.detector_name


@needs_shared
@pytest.mark.parametrize("name", ["yolo11n", "yolox_nano"])
def test_the_services_own_detector_is_the_one_scored(name: str) -> None:
    parts = parts_of(load_settings(objects=name, models=SHARED / "weights"))
    assert parts.detector is not None
    assert parts.session_detector is not None
    picture = portrait()
    found = {d.object_class for d in parts.detector(picture)}
    assert found == {d.object_class for d in parts.session_detector()(picture)}
    assert ObjectClass.PERSON in found
    assert parts.detector(np.zeros((480, 640, 3), np.uint8)) == ()
