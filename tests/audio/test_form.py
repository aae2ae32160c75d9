"""Sound in other forms becomes 16 kHz mono, however it was cut."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audio.form import Converter, SoundForm
from app.errors import SoundFormError

FORMS = [
    SoundForm(),
    SoundForm(channels=2),
    SoundForm(rate=48_000),
    SoundForm(rate=44_100, channels=2),
]


def tone(form: SoundForm, seconds: float = 0.5, hertz: float = 440.0) -> bytes:
    """The same in every channel."""
    times = np.arange(round(seconds * form.rate)) / form.rate
    one = np.rint(8000 * np.sin(2 * np.pi * hertz * times)).astype("<i2")
    return np.repeat(one, form.channels).tobytes()


def converted(form: SoundForm, *messages: bytes) -> bytes:
    convert = Converter(form)
    return b"".join([*map(convert, messages), convert.finish()])


def samples(pcm: bytes) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.frombuffer(pcm, "<i2")


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_tone_stays_itself(form: SoundForm) -> None:
    heard, expected = samples(converted(form, tone(form))), samples(tone(SoundForm()))
    assert abs(len(heard) - len(expected)) <= 1
    middle = slice(1000, 7000)
    assert np.abs(heard[middle].astype(int) - expected[middle]).max() <= 40


@pytest.mark.parametrize("form", FORMS, ids=str)
@given(places=st.lists(st.integers(0, 100_000), max_size=8))
@settings(max_examples=15)
def test_any_cutting_gives_the_same(form: SoundForm, places: list[int]) -> None:
    whole = tone(form, 0.3)
    ends = [0, *sorted(place % len(whole) for place in places), len(whole)]
    pieces = [whole[a:b] for a, b in pairwise(ends)]
    assert converted(form, *pieces) == converted(form, whole)


def test_channels_are_mixed() -> None:
    stereo = np.array([[100, 300], [-32768, -32768], [32767, 32767], [0, 1]], "<i2").tobytes()
    assert list(samples(converted(SoundForm(channels=2), stereo))) == [200, -32768, 32767, 0]


def test_part_of_a_sample_is_given_up_at_the_end() -> None:
    assert converted(SoundForm(), b"\x01\x02\x03") == b"\x01\x02"
    assert converted(SoundForm(channels=2), b"\x05\x00\x07", b"\x00\x01\x00\x01") == b"\x06\x00"


@pytest.mark.parametrize(
    "wrong", [{"rate": 7999}, {"rate": 192_001}, {"channels": 0}, {"channels": 9}]
)
def test_what_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(SoundFormError, match=r"rate|channels"):
        SoundForm(**wrong)
