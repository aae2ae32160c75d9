"""A session's sound at Deepgram, by the real SDK and real sockets of loopback."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest

from app.audio.transcription import StreamState, Trouble
from app.session.deepgram import KEYTERM_BYTES, Deepgram
from app.session.deepgram_stream import DeepgramStream, Pace
from app.types import Transcript, TranscriptionPlan, TranscriptState
from tests.deepgram import KEY, LoopbackDeepgram, loopback_deepgram, sound
from tests.session.builders import until
from tests.storage.builders import in_loop

# of the SDK, which uses what websockets will do away with
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

QUICK = Pace(gather=0.01, first_retry=0.02, last_retry=0.1)
SECOND = sound("alpha", "", "", "")


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackDeepgram]:
    with loopback_deepgram() as deepgram:
        yield deepgram


class Opened:
    """A stream, and all that came of it."""

    def __init__(self, url: str, pace: Pace, plan: TranscriptionPlan, key: str) -> None:
        self.heard: list[Transcript] = []
        self.trouble: list[Trouble] = []
        self.works = 0
        deepgram = Deepgram(key, url, pace=pace, works=self._work, fails=self.trouble.append)
        self.stream: DeepgramStream = deepgram.open("s", plan, self.heard.append)
        self.fed = 0.0

    def _work(self) -> None:
        self.works += 1

    @property
    def said(self) -> list[str]:
        return [piece.text or piece.state for piece in self.heard]

    def feed(self, pcm: bytes) -> None:
        self.stream.feed(self.fed, pcm)
        self.fed += len(pcm) / 32_000


@asynccontextmanager
async def talking(
    loopback: LoopbackDeepgram,
    pace: Pace = QUICK,
    plan: TranscriptionPlan | None = None,
    key: str = KEY,
    url: str | None = None,
) -> AsyncIterator[Opened]:
    opened = Opened(url or loopback.url, pace, plan or TranscriptionPlan(), key)
    try:
        yield opened
    finally:
        await opened.stream.close(0.0)


@in_loop
async def test_nothing_is_connected_before_sound_comes(loopback: LoopbackDeepgram) -> None:
    async with talking(loopback) as opened:
        await asyncio.sleep(0.05)
        assert opened.stream.state is StreamState.IDLE
        await opened.stream.close(1.0)
    assert loopback.calls == []


@in_loop
async def test_the_last_words_are_waited_for(loopback: LoopbackDeepgram) -> None:
    async with talking(loopback) as opened:
        opened.feed(sound("alpha"))  # too short to be final by itself
        await opened.stream.close(10.0)
        assert opened.said == ["Alpha"]
        assert opened.stream.state is StreamState.ENDED
        opened.feed(SECOND)
    assert loopback.calls[0].said == ["CloseStream"]
    assert bytes(loopback.calls[0].pcm) == sound("alpha")


@in_loop
async def test_silence_asks_for_the_last_words_keeps_alive_and_then_hangs_up(
    loopback: LoopbackDeepgram,
) -> None:
    pace = Pace(gather=0.01, finalize_after=0.1, keep_alive_every=0.15, idle_after=0.5)
    async with talking(loopback, pace) as opened:
        opened.feed(sound("alpha"))
        await until(lambda: opened.said == ["Alpha"])
        await until(lambda: opened.stream.state is StreamState.IDLE)
        assert loopback.calls[0].said == [
            "Finalize",
            "KeepAlive",
            "KeepAlive",
            "KeepAlive",
            "CloseStream",
        ]
        opened.fed += 3600.0
        opened.feed(SECOND)
        await until(lambda: opened.said == ["Alpha", "Alpha"])
        assert opened.heard[1].started_at == pytest.approx(3600.25)
        assert opened.trouble == []
    assert len(loopback.calls) == 2


@in_loop
async def test_a_server_that_is_not_there_is_tried_again(loopback: LoopbackDeepgram) -> None:
    with loopback_deepgram() as gone:
        url = gone.url
    async with talking(loopback, url=url) as opened:
        opened.feed(SECOND)
        await until(lambda: len(opened.trouble) > 2)
        assert opened.stream.state is StreamState.RETRYING
        assert "Deepgram cannot be used at present" in opened.stream.why
        await opened.stream.close(60.0)  # which is not waited for
        assert [(p.state, p.started_at, p.ended_at) for p in opened.heard] == [
            (TranscriptState.GAP, 0.0, 1.0)
        ]


@pytest.mark.parametrize(
    ("status", "tried_again"),
    [
        (HTTPStatus.BAD_REQUEST, False),
        (HTTPStatus.UNAUTHORIZED, False),
        (HTTPStatus.PAYMENT_REQUIRED, False),
        (HTTPStatus.FORBIDDEN, False),
        (HTTPStatus.NOT_FOUND, False),
        (HTTPStatus.TOO_MANY_REQUESTS, True),
        (HTTPStatus.INTERNAL_SERVER_ERROR, True),
        (HTTPStatus.BAD_GATEWAY, True),
    ],
)
def test_what_may_pass_is_tried_again(
    loopback: LoopbackDeepgram, status: HTTPStatus, tried_again: bool
) -> None:
    @in_loop
    async def test() -> None:
        loopback.behaviour.statuses = [status]
        async with talking(loopback) as opened:
            opened.feed(SECOND)
            if tried_again:
                await until(lambda: opened.said == ["Alpha"])
                assert opened.works == 1
                assert opened.stream.state is StreamState.CONNECTED
            else:
                await until(lambda: opened.stream.state is StreamState.REFUSED)
                assert opened.heard[0].ended_at is None
                assert opened.said == ["gap"]
                await asyncio.sleep(0.1)
                assert opened.works == 0
            assert str(status.value) in opened.trouble[0].why
        assert len(loopback.calls) == tried_again

    test()


@in_loop
async def test_whoever_reads_nothing_delays_nobody(loopback: LoopbackDeepgram) -> None:
    loopback.behaviour.deaf = True
    pace = Pace(gather=0.0, send_within=0.2, first_retry=0.01, last_retry=0.01)
    async with talking(loopback, pace) as opened:
        opened.feed(SECOND)
        await until(lambda: opened.stream.state is StreamState.CONNECTED)
        for _ in range(5000):  # more than all buffers on the way can hold
            opened.feed(SECOND)
            assert len(opened.stream._backlog._pcm) <= 10 * 32_000
            await asyncio.sleep(0.001)
            if opened.trouble:
                break
        assert opened.trouble
        assert "too slowly" in opened.trouble[0].why or "not answer" in opened.trouble[0].why
        loopback.behaviour.deaf = False
        await until(lambda: len(opened.said) > 9)
        gap = opened.heard[0]
        assert (gap.state, gap.started_at) == (TranscriptState.GAP, 0.0)
        assert gap.ended_at is not None
        assert opened.fed - gap.ended_at == pytest.approx(10.0, abs=1.0)
        assert opened.said[1:10] == ["Alpha"] * 9


@in_loop
async def test_connections_that_break_at_once_are_made_ever_more_seldom(
    loopback: LoopbackDeepgram,
) -> None:
    loopback.behaviour.break_after = [0.01] * 1000
    pace = Pace(gather=0.0, first_retry=0.05, last_retry=10.0)
    async with talking(loopback, pace) as opened:
        begun = asyncio.get_running_loop().time()
        opened.feed(SECOND)
        await until(lambda: len(loopback.calls) == 6)
        least = 0.05 + 0.1 + 0.2 + 0.4 + 0.8  # a quarter less by chance
        assert asyncio.get_running_loop().time() - begun >= 0.75 * least


@in_loop
async def test_what_nobody_knows_does_no_harm(
    loopback: LoopbackDeepgram, caplog: pytest.LogCaptureFixture
) -> None:
    loopback.behaviour.nonsense = True
    async with talking(loopback) as opened:
        opened.feed(SECOND)
        await until(lambda: opened.said == ["Alpha"])
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert told == ["Deepgram's results make no sense"]


@in_loop
async def test_several_languages_say_which(loopback: LoopbackDeepgram) -> None:
    async with talking(loopback, plan=TranscriptionPlan(language="multi")) as opened:
        opened.feed(SECOND)
        await until(lambda: opened.said == ["Alpha"])
        assert opened.heard[0].language == "nl"
    assert loopback.calls[0].query["endpointing"] == ["100"]


@in_loop
async def test_hot_words_are_no_more_than_deepgram_takes(loopback: LoopbackDeepgram) -> None:
    hot = tuple(f"{n:02d} & größere Wörter" for n in range(50))
    async with talking(loopback, plan=TranscriptionPlan(hot_words=hot)) as opened:
        opened.feed(SECOND)
        await until(lambda: opened.said == ["Alpha"])
    sent = loopback.calls[0].query["keyterm"]
    assert sent == list(hot[: len(sent)])
    assert 10 < len(sent) < 50
    assert len(json.dumps(sent, ensure_ascii=False).encode()) < KEYTERM_BYTES + 5 * len(sent)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Deepgram("").missing
    assert missing is not None
    assert "DEEPGRAM_API_KEY" in missing.mend
    assert Deepgram(KEY).missing is None
    monkeypatch.setattr("app.session.deepgram.find_spec", lambda name: None)
    missing = Deepgram(KEY).missing
    assert missing is not None
    assert missing.mend == "uv sync --extra transcribe"


@in_loop
async def test_the_key_is_in_no_log(
    loopback: LoopbackDeepgram, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor what is said, however much is logged."""
    caplog.set_level(logging.DEBUG)
    async with talking(loopback) as opened:
        opened.feed(SECOND)
        await until(lambda: opened.said == ["Alpha"])
    async with talking(loopback, key="secret-and-wrong") as opened:
        opened.feed(SECOND)
        await until(lambda: opened.stream.state is StreamState.REFUSED)
    mine = [r for r in caplog.records if r.name != "websockets.server"]  # the loopback's
    assert mine
    assert not [r for r in mine if r.name == "websockets.client" and r.levelno < logging.INFO]
    for record in mine:
        said = record.getMessage() + str(record.exc_info)
        assert KEY not in said
        assert "secret-and-wrong" not in said
        assert "alpha" not in said.casefold()
