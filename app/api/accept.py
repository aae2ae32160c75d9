"""What a request would rather have: a page or JSON."""

import re
from typing import NamedTuple

from starlette.requests import HTTPConnection

PAGE, JSON = "text/html", "application/json"
LONGEST = 4096
"""Characters of a header that are read."""
QUALITY = re.compile(r"(0(\.[0-9]{0,3})?|1(\.0{0,3})?)")


class _Wish(NamedTuple):
    exact: int
    """2: this type; 1: of its family; 0: anything."""
    quality: float
    """0 to 1; 0: not this."""
    before: int
    """Less for what stands later; the first is 0."""


def prefers_page(connection: HTTPConnection) -> bool:
    """Whether `Accept` would rather have a page than JSON (RFC 9110, 12.5.1).

    Of equal quality wins what is named more exactly, then what is named first; who names nothing
    gets JSON.
    """
    accept = ", ".join(connection.headers.getlist("accept"))[:LONGEST]
    page, json = _wish(accept, PAGE), _wish(accept, JSON)
    if not page.quality:
        return False
    return (page.quality, page.exact, page.before) > (json.quality, json.exact, json.before)


def _wish(accept: str, media_type: str) -> _Wish:
    """What it says of this type: the most exact range counts."""
    family = media_type.partition("/")[0]
    exactness = {media_type: 2, f"{family}/*": 1, "*/*": 0}
    found = _Wish(-1, 0.0, 0)
    for place, part in enumerate(accept.split(",")):
        wanted, *parameters = (piece.strip().lower() for piece in part.split(";"))
        exact = exactness.get(wanted, -1)
        if exact > found.exact:
            found = _Wish(exact, _quality(parameters), -place)
    return found


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            value = value.strip()
            return float(value) if QUALITY.fullmatch(value) else 0.0
    return 1.0
