"""Where a pipeline of pyannote comes from, and why it cannot be had.

What can be known without importing torch is known first: that takes seconds of CPU.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
CONFIG = "config.yaml"
WITHIN = "$model/"
"""Begins what a config.yaml names within its own folder."""
OTHER_FOLDER = "set PROCTOR_PYANNOTE to a folder with a pipeline, or PROCTOR_SPEAKERS=embedded"


class RefusedError(Exception):
    """The pipeline cannot be loaded."""

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why)
        self.mend = mend


def is_on_hub(source: str) -> bool:
    """Whether this is a name on the hub, and no folder."""
    return not Path(source).is_dir() and HUB_NAME.fullmatch(source) is not None


def check_folder(source: str) -> None:
    """Raises RefusedError."""
    if not Path(source).is_dir():
        raise RefusedError(f"there is no folder {source}", OTHER_FOLDER)
    if not Path(source, CONFIG).is_file():
        raise RefusedError(f"{source} has no {CONFIG}", OTHER_FOLDER)


def check_config(source: str) -> None:
    """Of a folder, but for its weights. Raises RefusedError; needs pyyaml, which pyannote has."""
    import yaml  # type: ignore[import-untyped]  # it ships no types

    try:
        config = yaml.safe_load(Path(source, CONFIG).read_text())
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        why = f"{source}/{CONFIG} cannot be read: {_short(error)}"
        raise RefusedError(why, OTHER_FOLDER) from error
    if not (isinstance(config, dict) and isinstance(config.get("pipeline"), dict)):
        raise RefusedError(f"{source}/{CONFIG} describes no pipeline", OTHER_FOLDER)
    for name in _within(config):
        if not Path(source, name.split("@")[0]).is_dir():
            raise RefusedError(f"{source} has no folder {name}, which its {CONFIG} names", "add it")


def check_hub(source: str) -> None:
    """Whether the hub gives it to this account. Raises RefusedError; needs huggingface_hub."""
    from huggingface_hub import hf_hub_download

    try:
        hf_hub_download(source, CONFIG)
    except Exception as error:  # of many kinds, and of the network too
        raise refusal(source, error) from error


def refusal(source: str, error: Exception) -> RefusedError:
    """In words of the person who can mend it; the libraries' own speak of the libraries."""
    return _of_hub(source, error) if is_on_hub(source) else _of_folder(source, error)


def _of_folder(source: str, error: Exception) -> RefusedError:
    if any(type(each).__name__ == "LocalEntryNotFoundError" for each in _chain(error)):
        why = f"{source}/{CONFIG} names models that are not in the folder"
        return RefusedError(why, f"put them there and name them {WITHIN}…")
    return RefusedError(f"{source} cannot be loaded: {_short(error)}", OTHER_FOLDER)


def _of_hub(source: str, error: Exception) -> RefusedError:
    names = {type(each).__name__ for each in _chain(error)}
    status = {
        each.response.status_code
        for each in _chain(error)
        if getattr(each, "response", None) is not None
    }
    token = any(os.environ.get(name) for name in TOKENS)
    accept = f"accept the conditions of {source} on the hub with the account of HF_TOKEN"
    if "GatedRepoError" in names or 403 in status:
        return RefusedError(f"the hub does not let this account have {source}", accept)
    if 401 in status and not token:
        return RefusedError(f"{source} needs a token, and HF_TOKEN is not set", "set HF_TOKEN")
    if 401 in status:
        return RefusedError(f"the hub refuses the token in HF_TOKEN for {source}", "mend HF_TOKEN")
    if "RepositoryNotFoundError" in names:
        return RefusedError(f"the hub has no {source}", "mend PROCTOR_PYANNOTE")
    if "LocalEntryNotFoundError" in names or status:
        why = f"{source} could not be fetched from the hub: {_short(error)}"
        return RefusedError(why, "let this machine reach the hub, or use a local folder")
    return RefusedError(f"{source} cannot be loaded: {_short(error)}", OTHER_FOLDER)


def _within(config: Any) -> Iterator[str]:
    """Every folder of its own that a config names, at any depth."""
    if isinstance(config, str) and config.startswith(WITHIN):
        yield config.removeprefix(WITHIN)
    elif isinstance(config, dict | list):
        for each in config.values() if isinstance(config, dict) else config:
            yield from _within(each)


def _chain(error: BaseException | None) -> list[Any]:
    """The error and what caused it."""
    chain: list[Any] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def _short(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0][:300]}"
