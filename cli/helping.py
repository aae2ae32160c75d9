"""What --help says of a command."""

import inspect
from collections.abc import Callable


def help_of(command: Callable[..., None]) -> str:
    """Its docstring, each paragraph in one line: the terminal's width breaks it, not the source."""
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
