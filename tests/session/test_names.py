"""What a session may be called, and what LiveKit's names may hold."""

import pytest

from app.errors import SessionIdError
from app.session.names import check_id, check_name, is_printable

PERSIAN = "exam_\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
"""With a zero-width non-joiner within the word, as it is written."""
FAMILY = "exam_👨\u200d👩\u200d👧"
"""One emoji of three, joined."""


@pytest.mark.parametrize(
    "text",
    [
        PERSIAN,
        FAMILY,
        "क\u094d\u200dष",  # a joiner in Devanagari
        "שלום\u200f!",  # a mark of direction, which turns itself alone
        "exam\u00a07",  # spaces that do not break, are narrow, or wide
        "12\u202f345",
        "試験\u3000七",
        "soft\u00adhyphen",
        "a b/c",
        "x" * 256,
    ],
)
def test_an_id_as_people_write_it(text: str) -> None:
    assert is_printable(text)
    assert check_id(text) == text


@pytest.mark.parametrize(
    "character",
    [
        *"\0\t\n\r\x1b\x7f\x85",  # controls
        *"\u2028\u2029",  # ends of lines and paragraphs
        *"\ud800\udfff",  # surrogates
        *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",  # turn what stands around them
        "\ufeff",
        *"\U000e0001\U000e0020\U000e0061\U000e007f",  # tags
        "\uffff",  # no character
        "\ue000",  # of private use
    ],
    ids=lambda character: f"U+{ord(character):04X}",
)
def test_no_id_ends_a_line_or_looks_like_another(character: str) -> None:
    assert not is_printable(f"a{character}b")
    with pytest.raises(SessionIdError, match="printable"):
        check_id(f"a{character}b")


@pytest.mark.parametrize("text", ["", "x" * 257, "😀" * 257])
def test_an_id_has_1_to_256_characters(text: str) -> None:
    with pytest.raises(SessionIdError, match="1 to 256 characters"):
        check_id(text)


@pytest.mark.parametrize(
    "name", [PERSIAN, FAMILY, "a\nb", "\x1b[2J", "\u202ea", "\ufeff", "\uffff", "x" * 512]
)
def test_livekits_names_are_taken_as_they_are(name: str) -> None:
    check_name(name, "a room's name")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "1 to 512 characters"),
        ("x" * 513, "1 to 512 characters"),
        ("a\0b", "neither NUL nor surrogates"),
        ("\ud83d", "neither NUL nor surrogates"),
    ],
)
def test_names_that_cannot_be_stored(name: str, why: str) -> None:
    with pytest.raises(SessionIdError, match=f"^a room's name (has|holds) {why}$"):
        check_name(name, "a room's name")
