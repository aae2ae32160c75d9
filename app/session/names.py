"""What a session may be called, and the names by which LiveKit knows rooms and people."""

import unicodedata

from app.errors import SessionIdError

LONGEST_ID = 256
"""Characters."""
LONGEST_NAME = 512
"""Characters."""
ALSO_PRINTABLE = ("Cf", "Zs")
"""Categories that `str.isprintable` refuses: joiners within names and emoji, and wide spaces."""
DECEIVING = (
    range(0x202A, 0x202F),  # turn the direction of the text around them, like the next ones
    range(0x2066, 0x206A),
    range(0xFEFF, 0xFF00),  # the byte order mark
    range(0xE0000, 0xE0080),  # tags
)
"""Format characters that let a text look like another one."""


def is_printable(text: str) -> bool:
    """Whether it can be shown in a line: no control, line separator, surrogate, or deception."""
    return text.isprintable() or all(map(_is_printable, text))


def check_id(session_id: str) -> str:
    """The id, if it may be one. Raises SessionIdError."""
    if not 0 < len(session_id) <= LONGEST_ID:
        raise SessionIdError(f"a session id has 1 to {LONGEST_ID} characters")
    if not is_printable(session_id):
        raise SessionIdError("a session id holds printable characters only")
    return session_id


def check_name(name: str, what: str) -> None:
    """Any text that can be stored: it has to be LiveKit's own. Raises SessionIdError."""
    if not 0 < len(name) <= LONGEST_NAME:
        raise SessionIdError(f"{what} has 1 to {LONGEST_NAME} characters")
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in name):
        raise SessionIdError(f"{what} holds neither NUL nor surrogates")


def _is_printable(character: str) -> bool:
    if character.isprintable():
        return True
    deceives = any(ord(character) in block for block in DECEIVING)
    return not deceives and unicodedata.category(character) in ALSO_PRINTABLE
