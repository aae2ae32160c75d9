"""What of a picture MiniFASNet is shown, when it is not asked, and, where the weights are at hand,
what it says."""

import statistics
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.errors import ModelError
from app.types import BoundingBox
from app.vision.analyzer import Also, FrameAnalyzer, Tracking
from app.vision.liveness_net import LEAST_FACE, LEAST_SCALE, MiniFasNets, around, scale_of
from benchmarks.accuracy.footage import frames
from tests.media import SHARED, Picture, decoded, frame, jpeg, needs_shared
from tests.vision.fasnets import SQUEEZED_STEM, STEM, green, shaped
from tests.vision.networks import yolo

WIDE = np.full((480, 640, 3), (200, 100, 150), np.uint8)


def box(left: float, top: float, width: float, height: float, of: Picture = WIDE) -> BoundingBox:
    """From pixels."""
    down, across = of.shape[:2]
    return BoundingBox(
        left=left / across, top=top / down, width=width / across, height=height / down
    )


def scene(shade: int = 0) -> Picture:
    """Reddish noise of no particular green."""
    rng = np.random.default_rng(4)
    noise = rng.integers(0, 60, (480, 640, 3)).astype(np.uint8)
    noise[..., 0] += 120
    noise[..., 1] = shade
    return noise


class TestWhatIsShown:
    @pytest.mark.parametrize(
        ("face", "scale", "expected"),
        [
            # left, top, width, height; then left, top, right, bottom, scale
            ((270, 190, 100, 100), 2.0, (220, 140, 421, 341, 2.0)),
            ((270, 190, 100, 100), 4.0, (120, 40, 521, 441, 4.0)),
            ((10, 20, 100, 100), 2.0, (0, 0, 201, 201, 2.0)),  # it is shifted into the picture
            ((540, 380, 100, 100), 2.0, (439, 279, 640, 480, 2.0)),
            ((-30, 190, 100, 100), 2.0, (0, 140, 201, 341, 2.0)),  # hidden in part
            ((200, 100, 200, 240), 4.0, (100, 0, 500, 480, 479 / 240)),  # no more is there
            ((20, 190, 600, 100), 2.0, (0, 186, 640, 294, 639 / 600)),
        ],
    )
    def test_the_face_in_its_middle_or_shifted_into_the_picture(
        self,
        face: tuple[int, int, int, int],
        scale: float,
        expected: tuple[int, int, int, int, float],
    ) -> None:
        found = around(WIDE, box(*face), scale)
        sides = found.left, found.top, found.right, found.bottom
        assert sides == pytest.approx(expected[:4], abs=1)
        assert found.scale == pytest.approx(expected[4])
        assert 0 <= found.left < found.right <= 640
        assert 0 <= found.top < found.bottom <= 480

    @pytest.mark.parametrize("stem", [STEM, SQUEEZED_STEM])
    def test_the_network_sees_that_square_and_its_colours(self, tmp_path: Path, stem: str) -> None:
        picture, face = scene(), box(280, 200, 80, 80)
        square = around(picture, face, scale_of(Path(f"{stem}.xml")))
        picture[square.top : square.bottom, square.left : square.right, 1] = 102
        nets = MiniFasNets([green(tmp_path, stem)])
        assert nets(picture, face) == pytest.approx(0.4, abs=0.01)
        smaller = box(290, 210, 60, 60)
        assert nets(picture, smaller) == pytest.approx(0.4, abs=0.01)
        larger = box(260, 180, 120, 120)
        said = nets(picture, larger)
        assert said == pytest.approx(0.4 * (80 / 120) ** 2, abs=0.02)

    def test_the_answer_is_the_mean_of_both(self, tmp_path: Path) -> None:
        picture, face = scene(), box(280, 200, 80, 80)
        square = around(picture, face, 2.7)
        picture[square.top : square.bottom, square.left : square.right, 1] = 204
        near, far = green(tmp_path), green(tmp_path, SQUEEZED_STEM)
        alone = [MiniFasNets([model])(picture, face) for model in (near, far)]
        assert alone == pytest.approx([0.8, 0.8 * (2.7 / 4) ** 2], abs=0.02)
        both = MiniFasNets([near, far])(picture, face)
        assert both == pytest.approx(sum(each or 0 for each in alone) / 2)

    def test_pictures_do_not_leave_traces(self, tmp_path: Path) -> None:
        nets, face = MiniFasNets([green(tmp_path)]), box(280, 200, 80, 80)
        before = nets(scene(50), face)
        nets(scene(250), face)
        assert nets(scene(50), face) == before

    def test_a_picture_that_nobody_may_write_to_serves(self, tmp_path: Path) -> None:
        """As `decode` gives them."""
        picture = scene(51)
        picture.flags.writeable = False
        said = MiniFasNets([green(tmp_path)])(picture, box(280, 200, 80, 80))
        assert said == pytest.approx(0.2, abs=0.01)

    def test_bars_are_outside_the_picture(self, tmp_path: Path) -> None:
        inner, nets = scene(102)[:, 120:520], MiniFasNets([green(tmp_path)])
        barred = cv2.copyMakeBorder(inner, 0, 0, 200, 200, cv2.BORDER_CONSTANT)
        picture = decoded(jpeg(np.asarray(barred, np.uint8), 90))
        said = nets(picture, box(300, 120, 200, 240, of=picture))
        assert said == pytest.approx(0.4, abs=0.02)
        assert nets(picture, box(300, 60, 300, 360, of=picture)) is None, "400 of 420 pixels"


class TestWhenItIsNotAsked:
    def test_a_close_up(self, tmp_path: Path) -> None:
        nets = MiniFasNets([green(tmp_path)])
        enough, too_little = 479 / LEAST_SCALE - 1, 479 / LEAST_SCALE + 1
        assert nets(scene(51), box(150, 50, 200, enough)) == pytest.approx(0.2, abs=0.01)
        assert nets(scene(51), box(150, 50, 200, too_little)) is None

    def test_a_tiny_face(self, tmp_path: Path) -> None:
        nets = MiniFasNets([green(tmp_path)])
        assert nets(scene(51), box(300, 200, LEAST_FACE, 40)) is not None
        assert nets(scene(51), box(300, 200, LEAST_FACE - 1, 40)) is None

    def test_a_face_without_colours(self, tmp_path: Path) -> None:
        nets, face = MiniFasNets([green(tmp_path)]), box(280, 200, 80, 80)
        grey = np.repeat(scene(51)[..., :1], 3, axis=2)
        assert nets(grey, face) is None
        faint = (0.9 * grey + 0.1 * scene(51)).astype(np.uint8)
        assert nets(faint, face) is not None


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "scale"), [(STEM, 2.7), (SQUEEZED_STEM, 4.0), ("3_80x80_x", 3.0)]
    )
    def test_the_name_begins_with_the_scale(self, name: str, scale: float) -> None:
        assert scale_of(Path(f"/models/{name}-a5eb02.openvino/{name}.xml")) == scale

    @pytest.mark.parametrize("name", ["org_1_80x80_MiniFASNetV1", "0_80x80_x", "2.7", "MiniFASNet"])
    def test_a_name_without_one_is_refused(self, name: str) -> None:
        with pytest.raises(ModelError, match="must begin with a scale"):
            scale_of(Path(f"{name}.xml"))

    def test_what_is_no_network_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "2.7_x.xml").write_text("no network")
        with pytest.raises(ModelError, match=r"2\.7_x\.xml: cannot be loaded"):
            MiniFasNets([tmp_path / "2.7_x.xml"])

    @pytest.mark.parametrize("answer", [(1, 2), (1, 3, 1), (2, 3)])
    def test_another_answer_is_refused(self, tmp_path: Path, answer: tuple[int, ...]) -> None:
        with pytest.raises(ModelError, match="3 classes out are expected"):
            MiniFasNets([shaped(tmp_path, *answer)])

    def test_a_detector_is_refused(self, tmp_path: Path) -> None:
        detector = yolo(tmp_path, []).rename(tmp_path / "2.7_yolo.xml")
        (tmp_path / "yolo.bin").rename(tmp_path / "2.7_yolo.bin")
        with pytest.raises(ModelError, match="bytes of a picture in"):
            MiniFasNets([detector])


@pytest.fixture(scope="module")
def analyzer() -> Iterator[FrameAnalyzer]:
    made = FrameAnalyzer()
    yield made
    made.close()


PERSONS = ("center_focus", "center_left_center", "webcam_gaze_calibrate")
REPLAY = "replay_phone_fake"


def looks(analyzer: FrameAnalyzer, name: str) -> list[float]:
    """Three a second of a video, as the service sees them."""
    said, tracking, due = [], Tracking(), 0.0
    for at, picture in frames(SHARED / "video" / f"{name}.mp4"):
        if at < due:
            continue
        due += 1 / 3
        seen, tracking = analyzer(frame(jpeg(picture), at), tracking, Also(liveness=True))
        for face in seen.faces or ():
            if face.liveness is not None and face.liveness.network is not None:
                said.append(face.liveness.network)
    return said


def medians(said: list[float]) -> list[float]:
    """Of three looks, a second apart."""
    return [statistics.median(said[n : n + 7 : 3]) for n in range(len(said) - 6)]


@needs_shared
class TestMedia:
    @pytest.mark.parametrize("name", PERSONS)
    def test_persons_are_alive_in_every_look(
        self, analyzer: FrameAnalyzer, learned: list[Path], name: str
    ) -> None:
        analyzer.liveness = MiniFasNets(learned)
        said = looks(analyzer, name)
        assert len(said) >= 10
        assert min(said) > 0.9

    def test_a_replay_is_not_in_any_look(
        self, analyzer: FrameAnalyzer, learned: list[Path]
    ) -> None:
        analyzer.liveness = MiniFasNets(learned)
        said = looks(analyzer, REPLAY)
        assert len(said) >= 10
        assert max(said) < 0.5
        assert statistics.median(said) < 0.1

    @pytest.mark.parametrize("alone", [0, 1], ids=[STEM, SQUEEZED_STEM])
    def test_one_alone_parts_them_over_three_looks(
        self, analyzer: FrameAnalyzer, learned: list[Path], alone: int
    ) -> None:
        analyzer.liveness = MiniFasNets([learned[alone]])
        assert min(medians(looks(analyzer, "webcam_gaze_calibrate"))) > 0.9
        assert max(medians(looks(analyzer, REPLAY))) < 0.4

    @pytest.mark.parametrize(("name", "living"), [("F1", False), ("F2", False), ("T1", True)])
    def test_small_visions_own_samples(
        self, analyzer: FrameAnalyzer, learned: list[Path], name: str, living: bool
    ) -> None:
        sample = SHARED / "images" / "spoof_minivision" / f"image_{name}.jpg"
        seen, _ = analyzer(frame(sample.read_bytes()), Tracking(), Also(count_faces=True))
        assert seen.faces
        said = MiniFasNets(learned)(decoded(sample.read_bytes()), seen.faces[0].box)
        assert said is not None
        assert (said > 0.5) is living

    def test_a_person_is_alive_between_bars(
        self, analyzer: FrameAnalyzer, learned: list[Path]
    ) -> None:
        """Upright video in a wide stream: to the networks alone, bars are a screen's."""
        picture, face = somebody(analyzer)
        nets = MiniFasNets(learned)
        sides = 0, 0, 480, 480
        barred = np.asarray(cv2.copyMakeBorder(picture, *sides, cv2.BORDER_CONSTANT), np.uint8)
        inner = box(
            face.left * 480 + 480, face.top * 848, face.width * 480, face.height * 848, barred
        )
        wide = decoded(jpeg(barred))
        assert nets(picture, face) == pytest.approx(1, abs=0.05)
        assert nets(wide, inner) == pytest.approx(1, abs=0.05)

    def test_a_person_in_black_and_white_is_not_judged(
        self, analyzer: FrameAnalyzer, learned: list[Path]
    ) -> None:
        picture, face = somebody(analyzer)
        grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        assert MiniFasNets(learned)(np.asarray(grey, np.uint8), face) is None


def somebody(analyzer: FrameAnalyzer) -> tuple[Picture, BoundingBox]:
    """A person, and the face in the picture."""
    _, picture = next(iter(frames(SHARED / "video" / "center_focus.mp4")))
    seen, _ = analyzer(frame(jpeg(picture)), Tracking(), Also())
    assert picture.shape[:2] == (848, 480)
    assert seen.faces
    return picture, seen.faces[0].box
