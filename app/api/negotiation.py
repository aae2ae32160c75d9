"""Pages for people, JSON for programs, at one address (RFC 9110, 12.5.1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import HTTPConnection

VARY = {"Vary": "Accept"}
"""What an answer says whose form depends on who asked."""
HTML, JSON = "text/html", "application/json"
WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """The most specific range of an Accept header that a media type falls in."""

    weight: float
    """0 to 1; 0: not acceptable."""
    specific: int
    """0: any type; 1: any of its kind, such as text/*; 2: named itself."""
    place: int
    """In the header, from 0."""


def prefers_html(request: HTTPConnection) -> bool:
    """Whether who asks would rather have a page than JSON.

    Browsers name text/html; programs that take anything (`*/*`, or no header) mean JSON. Of two
    that weigh the same, the one that is named, then the one that is named first.
    """
    ranges = ",".join(request.headers.getlist("accept")).split(",")
    html, json = _match(HTML, ranges), _match(JSON, ranges)
    if html is None or not html.specific or not html.weight:
        return False
    if json is None:
        return True
    if html.weight != json.weight:
        return html.weight > json.weight
    if html.specific != json.specific:
        return html.specific > json.specific
    return html.place < json.place


def _match(media_type: str, ranges: Iterable[str]) -> _Match | None:
    kinds = ("*/*", media_type.partition("/")[0] + "/*", media_type)
    best: _Match | None = None
    for place, each in enumerate(ranges):
        name, *parameters = (part.strip().lower() for part in each.split(";"))
        weight = _weight(parameters)
        if name not in kinds or weight is None:
            continue
        found = _Match(weight=weight, specific=kinds.index(name), place=place)
        if best is None or found.specific > best.specific:
            best = found
    return best


def _weight(parameters: Iterable[str]) -> float | None:
    """None: unreadable, and the range does not count."""
    for parameter in parameters:
        name, _, value = (part.strip() for part in parameter.partition("="))
        if name == "q":
            return float(value) if WEIGHT.fullmatch(value) else None
    return 1.0
