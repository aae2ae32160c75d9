"""A voice while the mouth is still, and when that cannot be judged."""

import pytest

from app.alerts.lips import FRAME, Lips
from app.alerts.rules import DEFAULT_RULES
from app.types import AlertKind, Label
from tests.builders import face

RULE = DEFAULT_RULES[AlertKind.VOICE_WITHOUT_LIPS]


def lips(
    *,
    voice: tuple[float, float] = (0.0, 4.0),
    moving: float = 0.0,
    hertz: float = 10.0,
    heard: float = 4.0,
    yaw: float = 0.0,
    sharpness: float = 0.15,
    pixels: float = 200.0,
) -> Lips:
    """Four seconds: a voice between two times, a mouth that opens by `moving` four times a second,
    sound until `heard`."""
    session = Lips(RULE)
    for number in range(round(heard / FRAME)):
        at = (number + 1) * FRAME
        session.hear(at, voice[0] <= at <= voice[1])
    for number in range(round(4 * hertz)):
        at = number / hertz
        opening = 0.1 + moving * (number % 3 == 0)
        session.look(at, face(yaw=yaw, mouth_open=opening), sharpness, pixels)
    return session


@pytest.mark.parametrize(
    ("session", "entered"),
    [
        (lips(), True),
        (lips(moving=0.008), True),
        (lips(moving=0.02), False),
        (lips(moving=0.04), False),
        (lips(moving=0.3), False),
        (lips(voice=(1.5, 4.0)), True),
        (lips(voice=(2.2, 4.0)), False),
        (lips(voice=(9.0, 9.0)), False),
        (lips(hertz=6.0), True),
    ],
)
def test_a_voice_and_a_still_mouth(session: Lips, entered: bool) -> None:
    signal = session.judge(4.0)
    assert signal is not None
    assert signal.kind is AlertKind.VOICE_WITHOUT_LIPS
    assert signal.label is Label.VOICE_WITHOUT_LIPS
    assert signal.entered is entered


@pytest.mark.parametrize(
    "session",
    [
        Lips(RULE),
        lips(hertz=4.5),
        lips(heard=3.0),
        lips(yaw=31.0),
        lips(sharpness=0.07),
        lips(pixels=79.0),
    ],
)
def test_what_was_not_seen_or_heard_is_not_judged(session: Lips) -> None:
    assert session.judge(4.0) is None


def test_old_pictures_are_no_pictures() -> None:
    session = lips(heard=12.0)
    assert session.judge(4.0) is not None
    assert session.judge(8.0) is None


def test_one_look_that_went_wrong_is_no_movement() -> None:
    session = lips()
    session.look(3.95, face(mouth_open=0.9), 0.15, 200.0)
    signal = session.judge(4.0)
    assert signal is not None
    assert signal.entered


@pytest.mark.parametrize(
    ("noise", "moving", "entered"),
    [(0.001, 0.008, True), (0.001, 0.02, False), (0.008, 0.02, True), (0.05, 0.04, False)],
)
def test_still_is_what_this_camera_shows_of_a_silent_mouth(
    noise: float, moving: float, entered: bool
) -> None:
    session = lips(voice=(9.0, 9.0), moving=noise)
    assert session.judge(4.0) is not None
    for number in range(125):
        session.hear(4.0 + (number + 1) * FRAME, True)
    for number in range(40):
        session.look(4.0 + number / 10, face(mouth_open=moving * (number % 3 == 0)), 0.15, 200.0)
    signal = session.judge(8.0)
    assert signal is not None
    assert signal.entered is entered


def test_it_began_with_the_voice() -> None:
    signal = lips(voice=(1.5, 4.0)).judge(4.0)
    assert signal is not None
    assert signal.since == pytest.approx(1.5, abs=0.05)


def test_it_remains_with_less() -> None:
    little = lips(voice=(2.2, 4.0)).judge(4.0)
    assert little is not None
    assert little.remains
    moving = lips(moving=0.01).judge(4.0)
    assert moving is not None
    assert (moving.entered, moving.remains) == (False, True)
    gone = lips(voice=(3.5, 4.0)).judge(4.0)
    assert gone is not None
    assert not gone.remains


def test_movement_without_a_voice_is_a_number() -> None:
    def share(voice: tuple[float, float]) -> object:
        signal = lips(voice=voice, moving=0.2).judge(4.0)
        assert signal is not None
        return signal.evidence["movement_without_voice_fraction"]

    assert share((9.0, 9.0)) == 1.0
    assert share((0.0, 4.0)) == 0.0
    assert share((2.0, 4.0)) == pytest.approx(0.33, abs=0.1)
