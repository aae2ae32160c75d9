"""The service's REST resource of one session: it is created, with its plan, before media comes."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp

from client_adapter.plan import Plan
from client_adapter.sockets import ProctorClosed
from client_adapter.tokens import Scope

SOCKETS = "/ws/proctor"
ANSWER_SECONDS = 10.0
REFUSED = {400: 4400, 401: 4401, 403: 4403, 404: 4400, 410: 4404, 422: 4400}
"""The sockets' close code of each HTTP status that says no."""


class Sessions:
    """Creates one session and knows the number of its newest alert."""

    def __init__(
        self,
        url: str,
        plan: Plan,
        session_id: str,
        token: Callable[[Scope], Awaitable[str | None]],
    ) -> None:
        """`url`: where the sockets are. Raises ValueError where it does not end as theirs do."""
        self._url = _rest(url)
        self._body = plan.body(session_id)
        self._token = token
        self._newest: int | None = None
        self._alone = asyncio.Lock()
        self._http: aiohttp.ClientSession | None = None
        self._closed = False

    async def ensure(self) -> int:
        """The session exists; the number of its newest alert, 0 if there is none.

        Raises ConnectionError, and ProctorClosed where the service refuses the session.
        """
        async with self._alone:
            if self._newest is None:
                self._newest = await self._create()
            return self._newest

    def forget(self) -> None:
        """The service was away: what it knew may be gone."""
        self._newest = None

    async def close(self) -> None:
        """Nothing more is asked."""
        self._closed = True
        if self._http is not None:
            await self._http.close()

    async def _create(self) -> int:
        if self._closed:
            raise ConnectionError("closed on this side")
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWER_SECONDS))
        token = await self._token(Scope.CONTROL)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with self._http.post(self._url, json=self._body, headers=headers) as answer:
                if (code := REFUSED.get(answer.status)) is not None:
                    raise ProctorClosed(code, await _complaint(answer))
                answer.raise_for_status()
                return int((await answer.json())["last_seq"])
        except (aiohttp.ClientError, TimeoutError, KeyError, ValueError) as error:
            raise ConnectionError(
                f"no proctoring service answers at {self._url}: {error or 'it is silent'}"
            ) from error


async def _complaint(answer: aiohttp.ClientResponse) -> str:
    text = await answer.text()
    try:
        said = (await answer.json())["message"]
    except (aiohttp.ClientError, KeyError, TypeError, ValueError):
        said = text[:200]
    return str(said)


def _rest(url: str) -> str:
    trimmed = url.rstrip("/")
    if not trimmed.startswith(("ws://", "wss://")) or not trimmed.endswith(SOCKETS):
        raise ValueError(f"the service's url is ws(s)://host{SOCKETS}, not {url!r}")
    return "http" + trimmed.removeprefix("ws").removesuffix(SOCKETS) + "/v1/sessions"
