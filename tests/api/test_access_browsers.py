"""Browsers cannot send a header with a WebSocket: their token comes as a subprotocol."""

from typing import Any

import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from benchmarks.service import Service, sockets_url
from tests.api.client import Client, closing, says_nothing
from tests.api.tokens import token


def socket(service: Service, *protocols: str, **headers: str) -> Any:
    return connect(
        f"{sockets_url(service.url)}/browser/events",
        subprotocols=[Subprotocol(p) for p in protocols],
        additional_headers=headers,
        proxy=None,
    )


def test_a_subprotocol_brings_the_token(guarded: Service) -> None:
    with socket(guarded, "proctor", f"token.{token(session='*')}") as told:
        assert told.subprotocol == "proctor"
        assert says_nothing(told)


def test_what_is_in_front_may_ask_for_a_password(guarded: Service) -> None:
    shown = f"token.{token(session='*')}"
    with socket(guarded, "proctor", shown, Authorization="Basic dTpw") as told:
        assert says_nothing(told)


@pytest.mark.parametrize(
    "protocols", [("proctor",), ("proctor", "token."), ("proctor", "token.x"), ("token.x",)]
)
def test_a_wrong_one_is_refused(guarded: Service, protocols: tuple[str, ...]) -> None:
    with socket(guarded, *protocols) as told:
        assert told.subprotocol == ("proctor" if "proctor" in protocols else None)
        assert closing(told)[0] == 4401


def test_where_no_token_is_asked_for_it_is_not_looked_at(client: Client) -> None:
    with socket(client.service, "proctor", "token.x") as told:
        assert told.subprotocol == "proctor"
        assert says_nothing(told)


def test_pages_of_others_are_served_with_a_token_only(guarded: Service) -> None:
    origin = {"Origin": "https://exam.example"}
    with socket(guarded, "proctor", f"token.{token(session='*')}", **origin) as told:
        assert says_nothing(told)
    with socket(guarded, "proctor", **origin) as told:
        assert closing(told)[0] == 4401
