"""Only JPEGs of a sane size reach a decoder, and all of them come out upright."""

import resource
import struct

import cv2
import numpy as np
import pytest

from app.errors import InvalidFrameError
from app.vision.decode import MOST_SCANS, FrameLimits, JpegHeader, decode, read_header
from tests.media import decoded, frame, jpeg, portrait

LIMITS = FrameLimits()


def encoded_as(ending: str) -> bytes:
    return cv2.imencode(ending, portrait())[1].tobytes()


def start_of_frame(data: bytes) -> int:
    return next(data.index(bytes((0xFF, m))) for m in (0xC0, 0xC2) if bytes((0xFF, m)) in data)


def claiming(width: int, height: int, *, components: int = 3, precision: int = 8) -> bytes:
    """A small JPEG whose header claims other things."""
    data = bytearray(jpeg(portrait()))
    at = start_of_frame(bytes(data))
    data[at + 4] = precision
    struct.pack_into(">HH", data, at + 5, height, width)
    data[at + 9] = components
    return bytes(data)


def coded_as(marker: int) -> bytes:
    data = bytearray(jpeg(portrait()))
    data[start_of_frame(bytes(data)) + 1] = marker
    return bytes(data)


def progressive(extra_scans: int = 0) -> bytes:
    data = cv2.imencode(".jpg", portrait()[:64, :64], [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[
        1
    ].tobytes()
    scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + scan * extra_scans + b"\xff\xd9"


def with_orientation(data: bytes, orientation: int, order: str = "<") -> bytes:
    tiff = (b"II" if order == "<" else b"MM") + struct.pack(
        order + "HIHHHIHHI", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0
    )
    body = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]


GOOD = jpeg(portrait())

REFUSED = {
    "empty": (b"", "empty"),
    "text": (b"hello", "not_jpeg"),
    "png": (encoded_as(".png"), "not_jpeg"),
    "webp": (encoded_as(".webp"), "not_jpeg"),
    "tiff": (encoded_as(".tiff"), "not_jpeg"),
    "bmp": (encoded_as(".bmp"), "not_jpeg"),
    "only its first bytes": (GOOD[:3], "truncated"),
    "cut in the header": (GOOD[:100], "truncated"),
    "cut in the picture": (GOOD[: len(GOOD) // 2], "truncated"),
    "no size": (GOOD[:2] + GOOD[GOOD.index(b"\xff\xda") :], "not_jpeg"),
    "zeros after the beginning": (GOOD[:20] + bytes(500), "not_jpeg"),
    "empty segments without end": (b"\xff\xd8" + b"\xff\xe2\x00\x02" * 5000, "not_jpeg"),
    "30000x30000": (claiming(30000, 30000), "size"),
    "too small": (jpeg(portrait()[:63, :200]), "size"),
    "too wide": (claiming(4097, 64), "size"),
    "no height": (claiming(512, 0), "size"),
    "CMYK": (claiming(512, 512, components=4), "unsupported"),
    "12 bits": (claiming(512, 512, precision=12), "unsupported"),
    "lossless": (coded_as(0xC3), "unsupported"),
    "arithmetic": (coded_as(0xC9), "unsupported"),
    "scans without end": (progressive(extra_scans=100), "unsupported"),
    "too many bytes": (GOOD + bytes(LIMITS.most_bytes), "too_large"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_the_header_refuses(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidFrameError) as refused:
        read_header(data, LIMITS)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "data",
    [
        GOOD,
        progressive(),
        progressive(extra_scans=3),
        GOOD + bytes(4000),  # cameras pad
        GOOD[:2] + b"\xff\xff\xff" + GOOD[2:],  # fill bytes
        jpeg(portrait()[:64, :64]),
        encoded_as(".jpg"),
    ],
)
def test_the_header_accepts(data: bytes) -> None:
    header = read_header(data, LIMITS)
    assert (header.width, header.height, header.orientation) in (
        (512, 512, 1),
        (64, 64, 1),
    )


def test_grey_pictures_come_out_in_three_channels() -> None:
    grey = cv2.cvtColor(portrait(), cv2.COLOR_RGB2GRAY)
    assert decode(frame(cv2.imencode(".jpg", grey)[1].tobytes())).shape == (512, 512, 3)


def test_damaged_data_is_an_error_and_not_a_picture() -> None:
    damaged = bytearray(GOOD)
    middle = len(damaged) // 2
    damaged[middle : middle + 40] = b"\xff\xd9" * 20
    with pytest.raises(InvalidFrameError) as refused:
        decode(frame(bytes(damaged)))
    assert refused.value.reason == "undecodable"


def test_a_bomb_costs_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for data, _ in REFUSED.values():
        with pytest.raises(InvalidFrameError):
            read_header(data, LIMITS)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20_000  # KiB; a decoder would ask for 2.7 GB


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_come_out_upright(orientation: int, order: str) -> None:
    wide = portrait()[60:420, :]  # a width that differs from the height
    data = with_orientation(jpeg(wide, 95), orientation, order)
    ours = decode(frame(data))
    theirs = decoded(data)
    assert ours.shape == theirs.shape
    assert np.abs(ours.astype(int) - theirs).mean() < 2.0
    assert ours.flags.c_contiguous


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_means_nothing_is_upright(orientation: int) -> None:
    assert read_header(with_orientation(GOOD, orientation), LIMITS) == JpegHeader(512, 512, 1)


def test_an_exif_block_that_breaks_off_is_upright() -> None:
    whole = with_orientation(GOOD, 6)
    body = whole[4:].index(b"II*\0") + 4
    broken = whole[: body + 4] + b"\xff\xff\xff\xff" + whole[body + 8 :]
    assert read_header(broken, LIMITS).orientation == 1


@pytest.mark.parametrize(
    ("at_least", "side"), [(None, 512), (600, 512), (257, 512), (256, 256), (200, 256), (64, 64)]
)
def test_is_decoded_no_larger_than_needed(at_least: int | None, side: int) -> None:
    assert decode(frame(GOOD), at_least=at_least).shape == (side, side, 3)


def test_scans_are_counted_after_the_header_only() -> None:
    """A thumbnail in the EXIF block has scans of its own."""
    thumbnail = b"\xff\xe1" + struct.pack(">H", 2 + 200) + b"\xff\xda" * 100
    data = progressive()
    assert read_header(data[:2] + thumbnail + data[2:], LIMITS).width == 64
    assert MOST_SCANS < 100


def test_shrinking_keeps_the_picture() -> None:
    small = decode(frame(GOOD), at_least=128)
    expected = cv2.resize(decoded(GOOD), (128, 128), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - expected).mean() < 4
