"""Bodies that are too large are refused, whether they say so or not."""

from collections.abc import Iterator

import pytest

from tests.api.client import Client

MiB = 2**20


def chunks(mebibytes: int) -> Iterator[bytes]:
    for _ in range(mebibytes):
        yield b" " * MiB


@pytest.mark.parametrize("mebibytes", [5, 64])
def test_a_body_that_is_too_large_is_refused(client: Client, mebibytes: int) -> None:
    for body in (b" " * (mebibytes * MiB), chunks(mebibytes)):
        answer = client.http.post("/v1/sessions", content=body)
        assert answer.status_code == 413
        assert "at most 4194304 bytes" in answer.text


def test_a_body_within_the_limit_is_read(client: Client) -> None:
    for body in (b" " * (3 * MiB), chunks(3)):
        headers = {"content-type": "application/json"}
        assert client.http.post("/v1/sessions", content=body, headers=headers).status_code == 422
    assert client.create("small").status_code == 201
