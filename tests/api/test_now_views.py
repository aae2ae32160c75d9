"""What a session shows as seen now, and for how long."""

from dataclasses import replace

import pytest

from app.api.now_views import FRESH_SECONDS, Now, now_view
from app.api.wall_views import WallLive
from app.types import ObjectClass, SessionState
from tests.builders import detection, face
from tests.fakes import FakeInference, showing
from tests.session.builders import Running, running, watched
from tests.storage.builders import in_loop

SEEN = ("faces", "persons", "phones", "objects", "head", "gaze", "gaze_confidence", "liveness")
WALL = ("faces", "persons", "phones", "head", "gaze")


async def shown(r: Running) -> float:
    """A face and a phone, until the neutral is known; when the newest picture came."""
    for number in range(40):
        await r.camera.show(1.0 + number / 10)
    assert r.session.analysis is not None
    return r.session.analysis.received_at


def inference() -> FakeInference:
    made = FakeInference(showing(faces=(face(),), face_count=1))
    made.show_objects = showing(detections=(detection(ObjectClass.PHONE),))
    return made


def known(view: Now | WallLive, names: tuple[str, ...]) -> set[str]:
    return {name for name in names if getattr(view, name) is not None}


def now_of(r: Running, now: float) -> Now:
    view = now_view(r.session, now)
    assert view is not None
    return view


@in_loop
async def test_what_was_seen_is_told_for_a_while() -> None:
    async with running(watched(), inference=inference()) as r:
        came = await shown(r)
        lately, late = came + FRESH_SECONDS - 0.1, came + FRESH_SECONDS + 0.1
        assert known(now_of(r, lately), SEEN) >= {*SEEN} - {"liveness"}
        assert known(WallLive.of(r.session, lately), WALL) == {*WALL}
        assert known(now_of(r, late), SEEN) == set()
        assert known(WallLive.of(r.session, late), WALL) == set()
        assert now_of(r, late).at == pytest.approx(4.9)  # of the newest picture, as before


@in_loop
async def test_paused_nothing_is_seen() -> None:
    async with running(watched(), inference=inference()) as r:
        came = await shown(r)
        r.session.info = replace(r.session.info, state=SessionState.PAUSED)
        assert known(now_of(r, came), SEEN) == set()
        assert known(WallLive.of(r.session, came), WALL) == set()
        r.session.info = replace(r.session.info, state=SessionState.RUNNING)
        assert known(now_of(r, came), SEEN) != set()
