"""Messages that a video socket must refuse."""

import io
import random

import cv2
import numpy as np
from PIL import Image

from benchmarks.bad_pictures import claims, many_scans, without_tables
from tests.api.client import nobody, somebody
from tests.media import jpeg, portrait

MiB = 2**20


def encoded(extension: str) -> bytes:
    done, data = cv2.imencode(extension, portrait())
    assert done
    return data.tobytes()


def saved(picture: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", **options)
    return file.getvalue()


def scans() -> bytes:
    return many_scans(saved(Image.fromarray(portrait()), progressive=True))


def blank(width: int, height: int) -> bytes:
    return jpeg(np.full((height, width, 3), 128, np.uint8))


def refused() -> dict[str, tuple[bytes, str]]:
    """What it is, the message, and the reason under which it is counted."""
    good = somebody()
    return {
        "png": (encoded(".png"), "not_jpeg"),
        "webp": (encoded(".webp"), "not_jpeg"),
        "tiff": (encoded(".tiff"), "not_jpeg"),
        "random bytes": (random.Random(1).randbytes(30_000), "not_jpeg"),
        "random bytes that begin like a JPEG": (
            b"\xff\xd8\xff" + random.Random(2).randbytes(30_000),
            "truncated",
        ),
        "empty": (b"", "empty"),
        "cut in its header": (good[:100], "truncated"),
        "cut in its data": (good[: len(good) // 2], "truncated"),
        "claims 30000x30000": (claims(nobody(), 30_000, 30_000), "size"),
        "63x63": (blank(63, 63), "size"),
        "5000 wide": (blank(5000, 80), "size"),
        "a thousand scans": (scans(), "unsupported"),
        "cmyk": (saved(Image.new("CMYK", (640, 480))), "unsupported"),
        "12 bit": (claims(nobody(), 640, 480, bits=12), "unsupported"),
        "without tables": (without_tables(nobody()), "undecodable"),
        "3 MiB": (good + bytes(3 * MiB), "too_large"),
    }
