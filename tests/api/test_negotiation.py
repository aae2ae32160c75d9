"""Who is given a page, and who JSON."""

import pytest
from starlette.requests import HTTPConnection

from app.api.negotiation import prefers_html

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;"
    "q=0.8,application/signed-exchange;v=b3;q=0.7"
)


def asking(*accept: str) -> HTTPConnection:
    headers = [(b"accept", each.encode()) for each in accept]
    return HTTPConnection({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    "accept",
    [
        FIREFOX,
        CHROMIUM,
        "text/html",
        "TEXT/HTML; charset=utf-8",
        "text/html;q=0.5",
        "text/*",
        "text/html, application/json;q=0.9",
        "application/json;q=0.9, text/html",
        "text/html, application/json",
        "text/html, */*",
        "*/*, text/html",
        "text/html;q=0.001, application/json;q=0",
        "application/json;q=nonsense, text/html;q=0.1",
        " , text/html",
    ],
)
def test_a_page(accept: str) -> None:
    assert prefers_html(asking(accept))


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        "application/json, text/plain, */*",
        "application/json, text/html",
        "application/json, text/html;q=0.9",
        "text/html;q=0.9, application/json",
        "text/html;q=0.7, */*;q=0.8",
        "text/html;q=0",
        "text/html;q=0, */*",
        "text/html;q=0, text/*;q=1",
        "text/*, application/json",
        "text/html;q=2",
        "text/html;q=",
        "text/event-stream",
        "image/*",
        "text/htmlx",
        ";q=1",
    ],
)
def test_json(accept: str) -> None:
    assert not prefers_html(asking(accept))


def test_no_header_and_many() -> None:
    assert not prefers_html(asking())
    assert prefers_html(asking("application/json;q=0.1", "text/html"))
    assert not prefers_html(asking("application/json", "text/html"))
