"""The service's REST resource of one session: it is created, with its plan, before media comes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import aiohttp

from client_adapter.plan import Plan
from client_adapter.sockets import ProctorClosed
from client_adapter.tokens import Scope

logger = logging.getLogger(__name__)

SOCKETS = "/ws/proctor"
ANSWER_SECONDS = 10.0
NO_ANSWER = (KeyError, TypeError, ValueError)
"""What an answer raises that is not the service's."""
REFUSED = {400: 4400, 401: 4401, 403: 4403, 404: 4400, 410: 4404, 422: 4400}
"""The sockets' close code of each HTTP status that says no."""
TAKEN = 409
"""The HTTP status of an id that belongs to somebody else in another room."""
NOT_NOW, INVALID = 409, 422
"""The HTTP status of what cannot be done at present, and of what can never be."""


class NotNowError(Exception):
    """The service cannot do that at present; it says why."""


class Sessions:
    """Creates one session and knows the number of its newest alert."""

    def __init__(
        self,
        url: str,
        plan: Plan,
        session_id: str,
        token: Callable[[Scope], Awaitable[str | None]],
        after: asyncio.Event | None = None,
    ) -> None:
        """`url`: where the sockets are. Raises ValueError where it does not end as theirs do.

        `after`: nothing is asked before it is set.
        """
        self.id = session_id
        """Another one, once the service said that this belongs to somebody else."""
        self._url = rest_url(url)
        self._plan = plan
        self._token = token
        self._after = after
        self._newest: int | None = None
        self._alone = asyncio.Lock()
        self._http: aiohttp.ClientSession | None = None
        self._closed = False

    async def ensure(self) -> int:
        """The session exists; the number of its newest alert, 0 if there is none.

        Raises ConnectionError, and ProctorClosed where the service refuses the session.
        """
        if self._after is not None:
            await self._after.wait()
        async with self._alone:
            if self._newest is None:
                self._newest = await self._create()
            return self._newest

    async def is_sent(self, track: str) -> bool:
        """Whether somebody sends it at present; False: nobody, as far as can be told."""
        url = f"{self._url}/{quote(self.id, safe='')}"
        try:
            async with self._client().get(url, headers=await self._headers(Scope.EVENTS)) as answer:
                live = (await answer.json())["live"]
                return live is not None and track in live["publishing"]
        except (aiohttp.ClientError, ConnectionError, TimeoutError, *NO_ANSWER):
            return False

    async def challenge(self, seconds: float) -> dict[str, Any]:
        """Ask the candidate for a turn of the head; as the service tells it.

        Raises NotNowError where nobody can be asked at present, ValueError, ConnectionError, and
        ProctorClosed where the service refuses the session.
        """
        await self.ensure()
        url = f"{self._url}/{quote(self.id, safe='')}/challenge"
        body, headers = {"seconds": seconds}, await self._headers(Scope.CONTROL)
        try:
            async with self._client().post(url, json=body, headers=headers) as answer:
                if answer.status == NOT_NOW:
                    raise NotNowError(await _complaint(answer))
                if answer.status == INVALID:
                    raise ValueError(f"seconds are 3 to 15, not {seconds}")
                if (code := REFUSED.get(answer.status)) is not None:
                    raise ProctorClosed(code, await _complaint(answer))
                if not answer.ok:
                    raise ConnectionError(f"{answer.status}: {await _complaint(answer)}")
                told: dict[str, Any] = await answer.json()
                return told
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ConnectionError(
                f"no proctoring service answers at {self._url}: {error or 'it is silent'}"
            ) from error

    def forget(self) -> None:
        """The service was away: what it knew may be gone."""
        self._newest = None

    async def close(self) -> None:
        """Nothing more is asked."""
        self._closed = True
        if self._http is not None:
            await self._http.close()

    async def _create(self) -> int:
        body, headers = self._plan.body(self.id), await self._headers(Scope.CONTROL)
        try:
            async with self._client().post(self._url, json=body, headers=headers) as answer:
                if answer.status == TAKEN and (other := self._plan.other_id(self.id)) != self.id:
                    logger.warning("%s; going on as %r", await _complaint(answer), other)
                    self.id = other
                    return await self._create()
                if (code := REFUSED.get(answer.status)) is not None:
                    raise ProctorClosed(code, await _complaint(answer))
                if not answer.ok:
                    raise ConnectionError(f"{answer.status}: {await _complaint(answer)}")
                return int((await answer.json())["last_seq"])
        except (aiohttp.ClientError, TimeoutError, *NO_ANSWER) as error:
            raise ConnectionError(
                f"no proctoring service answers at {self._url}: {error or 'it is silent'}"
            ) from error

    def _client(self) -> aiohttp.ClientSession:
        if self._closed:
            raise ConnectionError("closed on this side")
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWER_SECONDS))
        return self._http

    async def _headers(self, scope: Scope) -> dict[str, str]:
        token = await self._token(scope)
        return {"Authorization": f"Bearer {token}"} if token else {}


async def _complaint(answer: aiohttp.ClientResponse) -> str:
    text = await answer.text()
    try:
        said = (await answer.json())["message"]
    except (aiohttp.ClientError, *NO_ANSWER):
        said = text[:200]
    return str(said)


def rest_url(url: str) -> str:
    """Where sessions are created, of where the sockets are. Raises ValueError."""
    trimmed = url.rstrip("/")
    if not trimmed.startswith(("ws://", "wss://")) or not trimmed.endswith(SOCKETS):
        raise ValueError(f"the service's url is ws(s)://host{SOCKETS}, not {url!r}")
    return "http" + trimmed.removeprefix("ws").removesuffix(SOCKETS) + "/v1/sessions"
