"""What the service and its process of diarization say to each other, byte by byte.

Two lengths (32 bits each, little-endian), a header in JSON, and a body of raw bytes.
"""

import json
import struct
from typing import Any, BinaryIO

LENGTHS = struct.Struct("<II")
MOST_HEADER, MOST_BODY = 1 << 20, 1 << 26
"""Bytes; more is no message."""


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """One message."""
    said = json.dumps(header).encode()
    return LENGTHS.pack(len(said), len(body)) + said + body


def lengths(prefix: bytes) -> tuple[int, int]:
    """Bytes of the header and of the body. Raises ValueError."""
    header, body = LENGTHS.unpack(prefix)
    if header > MOST_HEADER or body > MOST_BODY:
        raise ValueError("no message: something else was written into the pipe")
    return header, body


def read(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next message of a stream that blocks; None: it has ended."""
    prefix = stream.read(LENGTHS.size)
    if len(prefix) < LENGTHS.size:
        return None
    header, body = lengths(prefix)
    said, rest = stream.read(header), stream.read(body)
    if len(said) < header or len(rest) < body:
        return None
    found: dict[str, Any] = json.loads(said)
    return found, rest
