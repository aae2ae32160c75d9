"""Whether a page is wanted, or JSON."""

import pytest
from starlette.requests import HTTPConnection

from app.api.accept import prefers_page

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ([], False),
        ([""], False),
        (["*/*"], False),
        (["application/json"], False),
        (["text/html"], True),
        (["text/*"], True),
        (["TEXT/HTML"], True),
        ([FIREFOX], True),
        ([CHROMIUM], True),
        (["application/json, text/plain, */*"], False),
        (["text/html, */*"], True),
        (["application/json, */*"], False),
        (["text/html;q=0.5, application/json"], False),
        (["text/html;q=0.5, application/json;q=0.4"], True),
        (["text/html; charset=utf-8; q=0.3, application/json;q=0.4"], False),
        (["text/html, application/json"], True),
        (["application/json, text/html"], False),
        (["text/html;q=0"], False),
        (["text/html;q=0, */*"], False),
        (["text/html;q=0.0, application/json;q=0"], False),
        (["*/*;q=0.1, text/*;q=0.2"], True),
        (["text/*;q=0.9, text/html;q=0.1, application/json;q=0.5"], False),
        (["image/png"], False),
        (["text/html;q=much, application/json;q=0.1"], False),
        (["text/html;q=2"], False),
        (["text/html;q=-1"], False),
        (["text/html;q=nan"], False),
        ([";;,,q=1,/"], False),
        (["application/json;q=0.2", "text/html;q=0.3"], True),
        (["," * 100_000 + "text/html"], False),
    ],
    ids=lambda each: str(each)[:60],
)
def test_what_is_preferred(accept: list[str], page: bool) -> None:
    headers = [(b"accept", each.encode()) for each in accept]
    connection = HTTPConnection({"type": "http", "headers": headers})
    assert prefers_page(connection) is page
