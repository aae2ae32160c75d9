"""Pages of other sites may not use a service that trusts its loopback address."""

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from benchmarks.service import sockets_url
from tests.api.client import Client, says_nothing


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        ("{service}", True),
        ("http://localhost:5173", True),
        ("http://127.0.0.1:5173", True),
        ("http://[::1]:5173", True),
        (None, True),
        ("https://evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://localhost.evil.example", False),
        ("http://192.168.1.7", False),
        ("null", False),
        ("http://[", False),
    ],
)
def test_only_pages_of_this_machine_are_welcome(
    client: Client, origin: str | None, welcome: bool
) -> None:
    client.create("origin")
    headers = {} if origin is None else {"Origin": origin.format(service=client.service.url)}
    for answer in (
        client.http.get("/v1/sessions", headers=headers),
        client.http.post("/v1/sessions/origin/start", headers=headers),
    ):
        assert answer.status_code == (200 if welcome else 403)
    for track in ("events", "video"):
        where = f"{sockets_url(client.service.url)}/origin/{track}"
        try:
            with connect(where, additional_headers=headers, proxy=None) as socket:
                assert says_nothing(socket)
            assert welcome
        except InvalidStatus as refused:
            assert not welcome
            assert refused.response.status_code == 403  # noqa: PT017
