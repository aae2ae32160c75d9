"""The messages between the service and its process of diarization."""

import io

import pytest

from app.audio.message import LENGTHS, lengths, pack, read


def test_what_is_packed_is_read() -> None:
    stream = io.BytesIO(pack({"id": 1}, b"\x00\xff") + pack({"state": "ready"}))
    assert read(stream) == ({"id": 1}, b"\x00\xff")
    assert read(stream) == ({"state": "ready"}, b"")
    assert read(stream) is None


@pytest.mark.parametrize("kept", range(len(pack({"id": 1}, b"body"))))
def test_what_is_cut_off_is_no_message(kept: int) -> None:
    assert read(io.BytesIO(pack({"id": 1}, b"body")[:kept])) is None


@pytest.mark.parametrize("prefix", [LENGTHS.pack(1 << 21, 0), b"Warning:"])
def test_what_somebody_printed_is_no_message(prefix: bytes) -> None:
    with pytest.raises(ValueError, match="something else"):
        lengths(prefix)
