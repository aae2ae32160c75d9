"""What OpenCV opens, and what is said where it cannot."""

import sys
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.errors import CameraError
from app.vision import capture as module
from app.vision.capture import Capture, Source, SourceKind, check, fitted
from tests.films import film, greys, level, turned
from tests.media import SHARED, needs_shared

NOWHERE = "97"
"""The number of a camera that no machine has."""


@pytest.mark.parametrize(
    ("text", "kind", "address", "name"),
    [
        ("0", SourceKind.CAMERA, "0", "camera 0"),
        ("007", SourceKind.CAMERA, "7", "camera 7"),
        ("/dev/video2", SourceKind.CAMERA, "/dev/video2", "/dev/video2"),
        ("film.mp4", SourceKind.FILE, "film.mp4", "film.mp4"),
        ("0.mp4", SourceKind.FILE, "0.mp4", "0.mp4"),
        ("C:\\film.mp4", SourceKind.FILE, "C:\\film.mp4", "C:\\film.mp4"),
        ("file:///a/b.mp4", SourceKind.FILE, "/a/b.mp4", "/a/b.mp4"),
        ("rtsp://h:554/a", SourceKind.STREAM, "rtsp://h:554/a", "rtsp://h:554/a"),
        ("RTSP://u:s3cret@h/a", SourceKind.STREAM, "RTSP://u:s3cret@h/a", "RTSP://h/a"),
        ("rtsp://u:s3@cret@h/a", SourceKind.STREAM, "rtsp://u:s3@cret@h/a", "rtsp://h/a"),
        ("http://h?key=s3cret", SourceKind.STREAM, "http://h?key=s3cret", "http://h"),
        ("http://h/a?key=s3cret", SourceKind.STREAM, "http://h/a?key=s3cret", "http://h/a"),
        ("²", SourceKind.FILE, "²", "²"),
    ],
)
def test_what_an_operator_writes(text: str, kind: SourceKind, address: str, name: str) -> None:
    source = Source.of(text)
    assert (source.kind, source.address, source.name) == (kind, address, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("rtsp://u:p/s3cret@h/x", "rtsp://h/x"),
        ("rtsp://u:p/s3@cret@h/x", "rtsp://h/x"),
        ("rtsp://u:s3cret=@h/x", "rtsp://h/x"),
        ("rtsp://u:p?s3cret@h/x", "rtsp://…"),
        ("rtsp://u:p#s3cret@h/x", "rtsp://…"),
        ("rtsp://u:s3cret?p@h/x?key=s3cret", "rtsp://…"),
        ("http://h/x?key=a@s3cret", "http://…"),
        ("http://h/user=me&password=a@s3cret", "http://…"),
        ("http://u:p@h/x;key=a@s3cret", "http://…"),
        ("http://h/x;key=s3cret", "http://h/x"),
        ("http://h/x#s3cret", "http://h/x"),
        ("rtsp://h/user=me&password=s3cret", "rtsp://h/user"),
        ("rtsp:/u:s3cret@h", "rtsp:/h"),
        ("rtsp:u:s3cret@h", "rtsp:h"),
        ("rtsp//u:s3cret@h", "…@h"),
        (" rtsp://u:s3cret@h/x", "rtsp://h/x"),
        (" http://h/x?key=s3cret", "http://h/x"),
        ("u:s3cret@h/x", "…@h/x"),
        ("file://u:s3cret@h/x", "…@h/x"),
    ],
)
def test_no_way_to_write_it_shows_a_secret(text: str, name: str) -> None:
    source = Source.of(text)
    assert source.name == name
    if source.kind is SourceKind.FILE:
        with pytest.raises(CameraError) as caught:
            Capture(source)
        assert "s3cret" not in f"{caught.value} {caught.value.mend}"


@pytest.mark.parametrize("path", ["C:/a@b/film.mp4", "C:\\a;b@c.mp4", "a@b.mp4", "a=b;c?.mp4"])
def test_a_files_name_is_told_whole(path: str) -> None:
    assert Source.of(path).name == path


@pytest.mark.parametrize("ending", ["avi", "mp4"])
def test_a_file_gives_its_pictures_and_their_times(tmp_path: Path, ending: str) -> None:
    pictures = greys(8)
    path = film(tmp_path / f"grey.{ending}", pictures, fps=20.0)
    levels, times = [], []
    with Capture(Source.of(str(path))) as capture:
        assert capture.fps == pytest.approx(20.0)
        while capture.grab():
            picture = capture.picture()
            assert picture is not None
            assert picture.shape == (240, 320, 3)
            levels.append(level(picture))
            times.append(capture.position)
        assert not capture.grab()
    assert levels == pytest.approx([level(picture) for picture in pictures], abs=4)
    assert times == pytest.approx([number / 20 for number in range(8)], abs=0.001)


def test_a_telephones_film_stands_upright(tmp_path: Path) -> None:
    """The file says that its left is up: what lies at the left is shown at the top."""
    lying = np.zeros((120, 200, 3), np.uint8)
    lying[:, :100] = 255
    path = turned(film(tmp_path / "lying.mp4", [lying] * 3))
    with Capture(Source.of(str(path))) as capture:
        assert capture.grab()
        picture = capture.picture()
    assert picture is not None
    assert picture.shape == (200, 120, 3)
    assert level(picture[:80]) > 240
    assert level(picture[120:]) < 15


@needs_shared
def test_a_real_telephones_film_too() -> None:
    with Capture(Source.of(str(SHARED / "video" / "center_focus.mp4"))) as capture:
        assert capture.grab()
        picture = capture.picture()
    assert picture is not None
    assert picture.shape == (848, 480, 3)


@pytest.mark.parametrize(
    ("size", "longest", "expected"),
    [
        ((640, 480), 1280, (640, 480)),
        ((1921, 1079), 1280, (1280, 719)),
        ((333, 777), 500, (214, 500)),
        ((3000, 1), 300, (300, 1)),
    ],
)
def test_large_pictures_are_made_to_fit(
    size: tuple[int, int], longest: int, expected: tuple[int, int]
) -> None:
    made = fitted(np.zeros((size[1], size[0], 3), np.uint8), longest)
    assert (made.shape[1], made.shape[0]) == expected


def test_odd_sizes_can_be_used(tmp_path: Path) -> None:
    path = film(tmp_path / "odd.avi", greys(3, 321, 243))
    check(Source.of(str(path)), 64, 1280)


def _sound(folder: Path) -> Path:
    path = folder / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(3200))
    return path


def _damaged(folder: Path) -> Path:
    path = film(folder / "whole.mp4", greys(5))
    path.write_bytes(path.read_bytes()[:200])
    return path


def _no_video(folder: Path) -> Path:
    path = folder / "letter.mp4"
    path.write_text("dear reader " * 100)
    return path


def _locked(folder: Path) -> Path:
    path = folder / "locked.mp4"
    path.touch()
    return path


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda folder: folder / "none.mp4", "there is no file .*none.mp4"),
        (lambda folder: folder, "is a folder"),
        (_sound, "cannot read .*no pictures"),
        (_damaged, "cannot read .*damaged"),
        (_no_video, "cannot read .*format"),
        (_locked, "cannot read"),
        (lambda folder: film(folder / "small.avi", greys(2, 32, 24)), "32x24 pixels: too small"),
        (lambda folder: film(folder / "thin.avi", greys(2, 1280, 20)), "1280x20 .*64 are needed"),
    ],
)
def test_a_file_that_cannot_be_watched_says_why(
    tmp_path: Path, make: Callable[[Path], Path], complaint: str
) -> None:
    path = make(tmp_path)
    with pytest.raises(CameraError, match=complaint) as caught:
        check(Source.of(str(path)), 64, 1280)
    assert caught.value.mend


def test_a_stream_that_does_not_answer_keeps_its_password() -> None:
    with pytest.raises(CameraError, match=r"rtsp://127.0.0.1:9/a cannot be opened") as caught:
        check(Source.of("rtsp://me:s3cret@127.0.0.1:9/a?token=s3cret"), 64, 1280)
    assert "s3cret" not in str(caught.value)


@pytest.mark.skipif(not Path("/dev").is_dir(), reason="needs the devices of a Unix")
@pytest.mark.parametrize("found", [(), ("video0", "video3")])
def test_a_camera_that_is_not_there_names_those_that_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: tuple[str, ...]
) -> None:
    for name in found:
        (tmp_path / name).touch()
    monkeypatch.setattr(module, "DEVICES", tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    there = f"there are .*/{found[0]}, .*/{found[1]}" if found else "no /dev/video. exists"
    with pytest.raises(CameraError, match=rf"there is no camera 97: {there}") as caught:
        Capture(Source.of(NOWHERE))
    assert "--device /dev/video97" in caught.value.mend


def test_elsewhere_a_camera_may_have_to_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(CameraError, match=r"camera 97 cannot be opened; .*System Settings"):
        Capture(Source.of(NOWHERE))
