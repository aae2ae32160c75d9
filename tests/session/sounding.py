"""Sound for a session that runs, second by second, and what became of it."""

import time

from app.audio.ring import SAMPLE_RATE
from app.session.counters import SampleCounters
from app.types import Track
from tests.session.builders import Running, settle, stamped

SECOND = bytes(2 * SAMPLE_RATE)


async def send(r: Running, at: float, message: bytes = SECOND, track: Track = Track.AUDIO) -> None:
    """Sound whose first sample was made at this time."""
    clock = r.session.tracks.source_clock(track)
    await r.session.take(track, stamped(at, message), time.monotonic(), clock)
    await settle()


def samples(r: Running, track: Track = Track.AUDIO) -> SampleCounters:
    """They always add up."""
    ears = r.session.ears.intakes[track]
    counted = ears.samples
    assert counted.received == counted.analysed + counted.gapped + ears.buffered
    return counted
