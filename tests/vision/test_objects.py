"""The detector: what surrounds the network, and, where weights are at hand, all of it."""

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.errors import ModelError
from app.types import Detection, ObjectClass
from app.vision.objects import COCO_IDS, ObjectDetector
from tests.media import SHARED, Picture, decoded, needs_shared, with_phone
from tests.vision.networks import Answer, echo, shaped, yolo, yolox

PERSON, PHONE, REMOTE = 0, 67, 65
WIDE = np.zeros((480, 640, 3), np.uint8)
TALL = np.zeros((800, 600, 3), np.uint8)
WEIGHTS = SHARED / "weights"


def corners(detection: Detection, picture: Picture) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in pixels of the picture."""
    box, (height, width) = detection.box, picture.shape[:2]
    return (
        box.left * width,
        box.top * height,
        (box.left + box.width) * width,
        (box.top + box.height) * height,
    )


class TestBoxes:
    def test_a_wide_picture_lies_in_the_middle_of_yolos_square(self, tmp_path: Path) -> None:
        # 640x480 in 640x640: 80 pixels are free above and below.
        answer = Answer((320, 80 + 240), (100, 200), PERSON, 0.9)
        (found,) = ObjectDetector(yolo(tmp_path, [answer]))(WIDE)
        assert found.object_class is ObjectClass.PERSON
        assert found.confidence == pytest.approx(0.9)
        assert corners(found, WIDE) == pytest.approx((270, 140, 370, 340), abs=0.01)

    def test_a_tall_picture_is_scaled_first(self, tmp_path: Path) -> None:
        # 600x800 becomes 480x640: four fifths, 80 pixels free at either side.
        answer = Answer((80 + 240, 320), (80, 160), PHONE, 0.5)
        (found,) = ObjectDetector(yolo(tmp_path, [answer]))(TALL)
        assert corners(found, TALL) == pytest.approx((250, 300, 350, 500), abs=0.01)

    def test_yolox_has_it_in_the_upper_left_corner(self, tmp_path: Path) -> None:
        # 640x480 becomes 416x312.
        answer = Answer((208, 156), (65, 130), PERSON, 0.9)
        (found,) = ObjectDetector(yolox(tmp_path, [answer]))(WIDE)
        assert corners(found, WIDE) == pytest.approx((270, 140, 370, 340), abs=0.1)

    def test_boxes_end_where_the_picture_does(self, tmp_path: Path) -> None:
        answer = Answer((0, 80), (200, 200), PERSON, 0.9)
        (found,) = ObjectDetector(yolo(tmp_path, [answer]))(WIDE)
        assert corners(found, WIDE) == pytest.approx((0, 0, 100, 100), abs=0.01)

    def test_pictures_of_two_sizes_do_not_leave_traces_of_each_other(self, tmp_path: Path) -> None:
        detector = ObjectDetector(echo(tmp_path))
        alone = detector(WIDE)
        detector(np.full_like(TALL, 255))
        assert detector(WIDE) == alone


class TestWhatCounts:
    def test_the_most_confident_comes_first(self, tmp_path: Path) -> None:
        answers = [
            Answer((100, 300), (50, 50), PERSON, 0.6),
            Answer((300, 300), (50, 50), PHONE, 0.8),
        ]
        found = ObjectDetector(yolo(tmp_path, answers))(WIDE)
        assert [f.object_class for f in found] == [ObjectClass.PHONE, ObjectClass.PERSON]

    def test_two_boxes_of_one_object_are_one(self, tmp_path: Path) -> None:
        answers = [
            Answer((300, 300), (100, 100), PERSON, 0.6),
            Answer((305, 300), (100, 100), PERSON, 0.8),
        ]
        (found,) = ObjectDetector(yolo(tmp_path, answers))(WIDE)
        assert found.confidence == pytest.approx(0.8)

    def test_a_phone_in_front_of_a_person_is_both(self, tmp_path: Path) -> None:
        answers = [
            Answer((300, 300), (100, 100), PERSON, 0.6),
            Answer((305, 300), (100, 100), PHONE, 0.8),
        ]
        assert len(ObjectDetector(yolo(tmp_path, answers))(WIDE)) == 2

    def test_neighbours_are_two(self, tmp_path: Path) -> None:
        answers = [
            Answer((300, 300), (100, 100), PERSON, 0.6),
            Answer((345, 300), (100, 100), PERSON, 0.8),
        ]
        assert len(ObjectDetector(yolo(tmp_path, answers))(WIDE)) == 2

    @pytest.mark.parametrize("family", [yolo, yolox])
    def test_what_is_rather_something_else_is_nothing(self, tmp_path: Path, family: Any) -> None:
        answer = Answer((200, 200), (50, 50), PHONE, 0.6, rival=(REMOTE, 0.7))
        assert ObjectDetector(family(tmp_path, [answer]))(WIDE) == ()

    @pytest.mark.parametrize(("family", "surest_missed"), [(yolo, 0.24), (yolox, 0.34)])
    def test_each_family_has_its_least_confidence(
        self, tmp_path: Path, family: Any, surest_missed: float
    ) -> None:
        def found(confidence: float) -> int:
            path = family(tmp_path, [Answer((200, 200), (50, 50), PHONE, confidence)])
            return len(ObjectDetector(path)(WIDE))

        assert (found(surest_missed), found(surest_missed + 0.02)) == (0, 1)

    def test_only_what_is_asked_for(self, tmp_path: Path) -> None:
        answers = [
            Answer((100 + 90 * n, 200), (50, 50), number, 0.9)
            for n, number in enumerate(COCO_IDS.values())
        ]
        path = yolo(tmp_path, answers)
        assert {f.object_class for f in ObjectDetector(path)(WIDE)} == {
            ObjectClass.PERSON,
            ObjectClass.PHONE,
        }
        every = ObjectDetector(path, tuple(ObjectClass))(WIDE)
        assert {f.object_class for f in every} == set(ObjectClass)


def test_the_network_sees_red_green_and_blue_from_0_to_1(tmp_path: Path) -> None:
    picture = np.empty((640, 640, 3), np.uint8)
    picture[:] = (255, 51, 102)
    detector = ObjectDetector(echo(tmp_path), precision="f32")
    detector(picture)
    answer = detector._request.get_output_tensor(0).data[0]
    assert answer[:3, 0] == pytest.approx((1.0, 0.2, 0.4), abs=0.01)


class TestRefusals:
    def test_another_shape_of_answer(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=r"\(1, 300, 6\).*COCO"):
            ObjectDetector(shaped(tmp_path, (1, 300, 6)))

    def test_a_network_for_something_else_than_colour_pictures(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="square colour picture"):
            ObjectDetector(shaped(tmp_path, (1, 84, 8400), picture=(1, 1, 640, 640)))

    @pytest.mark.parametrize("name", ["garbage.xml", "garbage.onnx", "missing.xml"])
    def test_a_file_that_is_no_network(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        if "missing" not in name:
            path.write_bytes(os.urandom(1000))
        with pytest.raises(ModelError, match=name):
            ObjectDetector(path)


@needs_shared
class TestRealWeights:
    def test_finds_what_ultralytics_finds(self) -> None:
        """Same boxes within a pixel, same scores within 0.01, on the labelled images."""
        os.environ["YOLO_AUTOINSTALL"] = "false"
        from ultralytics import YOLO  # type: ignore[attr-defined]

        folder = WEIGHTS / "yolo11n_int8_openvino_model"
        ours = ObjectDetector(folder / "yolo11n.xml", tuple(ObjectClass), least_confidence=0.25)
        theirs = YOLO(folder, task="detect")
        names = {number: name for name, number in COCO_IDS.items()}
        compared = 0
        for picture in labelled_pictures():
            results: Any = theirs.predict(
                picture[..., ::-1], conf=0.25, iou=0.7, classes=[*names], verbose=False
            )
            (result,) = results
            expected = sorted(
                (
                    (names[int(number)], score, corner)
                    for number, score, corner in zip(
                        result.boxes.cls.tolist(),
                        result.boxes.conf.tolist(),
                        result.boxes.xyxy.tolist(),
                        strict=True,
                    )
                ),
                key=lambda each: -each[1],
            )
            found = ours(picture)
            assert [f.object_class for f in found] == [name for name, _, _ in expected]
            for detection, (_, score, corner) in zip(found, expected, strict=True):
                assert detection.confidence == pytest.approx(score, abs=0.01)
                assert corners(detection, picture) == pytest.approx(corner, abs=1.0)
                compared += 1
        assert compared > 200

    @pytest.mark.parametrize(
        "weights", ["yolo11n_int8_openvino_model/yolo11n.xml", "yolox_nano.onnx"]
    )
    def test_sees_a_phone(self, weights: str) -> None:
        found = ObjectDetector(WEIGHTS / weights)(with_phone())
        (phone,) = [f for f in found if f.object_class is ObjectClass.PHONE]
        assert phone.box.left < 0.73 < phone.box.left + phone.box.width


def labelled_pictures() -> list[Picture]:
    """Of COCO."""
    with zipfile.ZipFile(SHARED / "images" / "coco_train2017_128.zip") as archive:
        return [decoded(archive.read(n)) for n in archive.namelist() if n.endswith(".jpg")]
