"""No film of somebody passes a challenge, however it is held before the camera."""

import asyncio

import pytest

from app.alerts.challenge import FRONT, LEAST, Challenge, ChallengeRun, Reason, Result, Side
from app.alerts.rules import rules_for
from app.alerts.signals import Signals
from app.metrics import Metrics
from app.session.inference import LocalInference
from app.types import Purpose
from app.vision.analyzer import Also, Tracking
from tests.media import frame, needs_shared, video

SECONDS = 6.0
Looks = list[tuple[float, float | Reason]]

pytestmark = needs_shared


async def seen(name: str) -> Looks:
    """The head in ten pictures per second of a film."""
    frames, fps = video(name)
    signals, tracking = Signals(rules_for(Purpose.EXAM, {})), Tracking()
    inference = LocalInference(1, Metrics().stage)
    await inference.start()
    looks: Looks = []
    for n in range(0, len(frames), max(1, round(fps / 10))):
        async with inference.lease() as lease:
            picture = frame(frames[n], n / fps)
            analysis, tracking = await lease.analyse(picture, tracking, Also())
        signals.update(analysis)
        head = signals.reading.head
        looks.append((n / fps, Reason.NO_FACE if head is None else head[0]))
    await inference.close()
    return looks


@pytest.fixture(scope="module")
def replay() -> Looks:
    """A film on a telephone that is tilted and turned before the camera."""
    return asyncio.run(seen("replay_phone_fake.mp4"))


@pytest.mark.parametrize("side", [*Side])
def test_a_film_that_is_turned_by_hand_does_not_pass(replay: Looks, side: Side) -> None:
    swings = [yaw for _, yaw in replay if not isinstance(yaw, Reason)]
    assert max(map(abs, swings)) > FRONT, "it is turned far enough to tell something"
    results = []
    for begins in range(int(replay[-1][0] - SECONDS)):
        asked = Challenge(id="7", side=side, degrees=LEAST, begins=begins, seconds=SECONDS)
        run = ChallengeRun(asked)
        answers = (run.look(at, yaw) for at, yaw in replay)
        answer = next((found for found in answers if found is not None), None)
        results.append(answer or run.finish(begins + SECONDS))
    assert len(results) >= 5
    assert {each.result for each in results} == {Result.FAILED}
    assert max(abs(each.turned_degrees) for each in results) < 15
