"""Deepgram's streaming transcription, by its own SDK, which is loaded when sound comes first."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

from app.audio.ring import SAMPLE_RATE
from app.audio.transcription import TakeTranscript, Trouble
from app.session.deepgram_stream import DeepgramStream, Pace, RefusedError, UnreachableError
from app.types import TranscriptionPlan

MODEL = "nova-3"
PRODUCTION = "wss://api.deepgram.com"
KEYTERM_BYTES = 450
"""Of all hot words together, at most: 500 tokens are allowed, and none is shorter than a byte.
What is beyond is found all the same, where it was heard rightly."""
SWITCHING = 100
"""Milliseconds of silence that end a stretch: Deepgram's advice for several languages."""
PASSING = (408, 425, 429)
"""HTTP statuses below 500 that may be another one next time."""
LONGEST_REASON = 200
"""Characters."""


class Deepgram:
    """Turns speech into text at Deepgram; one for all sessions."""

    def __init__(
        self,
        key: str | None,
        url: str = PRODUCTION,
        *,
        pace: Pace | None = None,
        works: Callable[[], None] = lambda: None,
        fails: Callable[[Trouble], None] = lambda trouble: None,
    ) -> None:
        """`url` has no path; `works` and `fails` are called as sessions find out."""
        self._key = key
        self._url = url
        self._pace = pace or Pace()
        self._works = works
        self._fails = fails
        self._installed = find_spec("deepgram") is not None
        self._client: Any = None
        self._loading = asyncio.Lock()

    @property
    def missing(self) -> Trouble | None:
        """The SDK or the key."""
        if not self._installed:
            return Trouble(why="Deepgram's SDK is not installed", mend="uv sync --extra transcribe")
        if not self._key:
            return Trouble(
                why="there is no key for Deepgram",
                mend="set DEEPGRAM_API_KEY and start the service again",
            )
        return None

    def open(
        self, session_id: str, plan: TranscriptionPlan, take: TakeTranscript
    ) -> DeepgramStream:
        """For one session; nothing is connected before sound comes."""
        return DeepgramStream(
            session_id,
            lambda: self._connect(plan),
            take,
            pace=self._pace,
            works=self._works,
            fails=self._fails,
        )

    @asynccontextmanager
    async def _connect(self, plan: TranscriptionPlan) -> AsyncIterator[Any]:
        """The SDK's socket. Raises RefusedError and UnreachableError."""
        async with self._loading:
            if self._client is None:
                self._client = await asyncio.to_thread(_load, self._key or "", self._url)
        from deepgram.core.api_error import ApiError

        ended: BaseException | None = None
        try:
            async with self._client.listen.v1.connect(**_options(plan)) as socket:
                try:
                    yield socket
                except BaseException as error:
                    # Else the SDK says goodbye, and waits half a minute if nobody answers.
                    socket._websocket.transport.abort()
                    ended = error
                    raise
        except ApiError as error:
            status = error.status_code or 0
            reason = _reason(error)
            if 400 <= status < 500 and status not in PASSING:
                raise RefusedError(status, reason) from None
            raise UnreachableError(f"it answered {status}{reason}") from None
        except BaseException:
            if ended is not None:  # not what the SDK makes of it
                raise ended from None
            raise


def _options(plan: TranscriptionPlan) -> dict[str, Any]:
    options: dict[str, Any] = {
        "model": MODEL,
        "language": plan.language,
        "encoding": "linear16",
        "sample_rate": SAMPLE_RATE,
        "channels": 1,
        "punctuate": True,
        "interim_results": plan.interim,
        "mip_opt_out": True,
    }
    if plan.language == "multi":
        options["endpointing"] = SWITCHING
    if keyterms := _keyterms(plan.hot_words):
        options["keyterm"] = keyterms
    return options


def _keyterms(hot_words: tuple[str, ...]) -> list[str]:
    keyterms, size = [], 0
    for word in hot_words:
        size += len(word.encode()) + 1
        if size <= KEYTERM_BYTES:
            keyterms.append(word)
    return keyterms


def _load(key: str, url: str) -> Any:
    """The SDK's client: this takes half a second and reads files."""
    from deepgram import AsyncDeepgramClient
    from deepgram.environment import DeepgramClientEnvironment

    # At DEBUG it would log every message, and so what is said. The SDK hides the key there.
    logging.getLogger("websockets.client").setLevel(logging.INFO)
    here = DeepgramClientEnvironment(base=url, production=url, agent=url, agent_rest=url)
    client = AsyncDeepgramClient(api_key=key, environment=here)
    _ = client.listen.v1  # imports the rest
    return client


def _reason(error: BaseException) -> str:
    """What Deepgram says in its header, if the SDK left it there."""
    headers = getattr(error.__context__, "headers", None)
    said = headers.get("dg-error") if headers is not None else None
    return f": {said[:LONGEST_REASON]}" if said else ""
