"""Weights of models: which there are, whether they lie in their folder, and how they get there."""

import hashlib
import io
import os
import re
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import httpx

from app.errors import FetchError, ManifestError, ModelError

if sys.platform != "win32":
    import fcntl

Progress = Callable[[int, int], None]
"""Takes the bytes that are here and the bytes in all."""

_FORMS = {
    "name": (r"\w[\w.-]*", "letters, digits, '_', '-' and '.'"),
    "task": (r"\S.*", "not empty"),
    "file": (r"\w[\w.-]*(?<!\.part)", "a plain file name, with no folder and not '.part'"),
    "url": (r"https?://[^\s/]+/\S+", "an http or https address"),
    "sha256": (r"[0-9a-f]{64}", "64 lower-case hexadecimal digits"),
    "licence": (r"\S.*", "not empty"),
}
_MAX_REDIRECTS = 10
_MAX_BACKOFF_SECONDS = 30.0
_TRANSIENT_STATUSES = {408, 425, 429, 500, 502, 503, 504}


class WeightState(StrEnum):
    """Whether a model's weights can be used."""

    PRESENT = "present"
    """There, and the sha256 is right."""
    MISSING = "missing"
    PARTIAL = "partial"
    """A fetch broke off; the next one resumes it."""
    CORRUPT = "corrupt"
    """There, and not the file of the manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """One model of the manifest. Raises ManifestError for a value that cannot be meant."""

    name: str
    task: str
    """What it is for: `objects`, `liveness`."""
    file: str
    """Plain file name inside the folder of weights."""
    url: str
    """http or https"""
    sha256: str
    """Lower-case hexadecimal"""
    bytes: int
    """Size of the file, above 0"""
    licence: str
    """SPDX identifier"""

    def __post_init__(self) -> None:
        for field, (form, meaning) in _FORMS.items():
            if not re.fullmatch(form, getattr(self, field), re.ASCII):
                raise ManifestError(f"field {field!r} must be {meaning}")
        if self.bytes <= 0:
            raise ManifestError("field 'bytes' must be above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The models that can be fetched; names and files are unique."""

    entries: tuple[ModelEntry, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a TOML file of `[[model]]` tables. Raises ManifestError."""
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8")).get("model")
        except (OSError, ValueError) as error:
            raise ManifestError(f"{path}: {error}") from error
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise ManifestError(f"{path}: must hold [[model]] tables")
        entries: list[ModelEntry] = []
        for number, table in enumerate(tables, start=1):
            try:
                entry = _entry(table)
                for field in ("name", "file"):
                    if getattr(entry, field) in {getattr(other, field) for other in entries}:
                        raise ManifestError(f"field {field!r} must be unique")
            except ManifestError as error:
                model = table.get("name", f"number {number}")
                raise ManifestError(f"{path}: model {model}: {error}") from None
            entries.append(entry)
        return cls(entries=tuple(entries))

    def entry(self, name: str) -> ModelEntry:
        """Raises ManifestError, naming the known models, where there is none of this name."""
        for entry in self.entries:
            if entry.name == name:
                return entry
        known = ", ".join(entry.name for entry in self.entries)
        raise ManifestError(f"there is no model {name!r}; known are: {known}")


def _entry(table: dict[str, Any]) -> ModelEntry:
    kinds = {field.name: field.type for field in fields(ModelEntry)}
    for field in sorted(kinds.keys() ^ table.keys()):
        raise ManifestError(f"field {field!r} is {'missing' if field in kinds else 'unknown'}")
    for field, kind in kinds.items():
        if type(table[field]) is not kind:
            raise ManifestError(f"field {field!r} must be {'text' if kind is str else 'a number'}")
    return ModelEntry(**table)


def state(entry: ModelEntry, folder: Path) -> WeightState:
    """Look at the file itself; reads it whole. Raises ModelError where it cannot be read."""
    target = folder / entry.file
    try:
        with target.open("rb") as file:
            right = os.fstat(file.fileno()).st_size == entry.bytes and _has_hash(file, entry)
            return WeightState.PRESENT if right else WeightState.CORRUPT
    except FileNotFoundError:
        return WeightState.PARTIAL if _part(entry, folder).exists() else WeightState.MISSING
    except OSError as error:
        raise ModelError(f"{entry.name}: cannot read {target}: {error}") from error


def fetch(
    entry: ModelEntry,
    folder: Path,
    *,
    progress: Progress,
    client: httpx.Client | None = None,
    attempts: int = 5,
    backoff_seconds: float = 1.0,
) -> Path:
    """Bring the weights into `folder`, unless they are there, and return their path.

    What has arrived waits in `<file>.part` and is resumed. Of two fetchers of one file the second
    waits for the first. `attempts` is 1 or more; the pause between them begins at
    `backoff_seconds` and doubles. Raises FetchError, or ModelError where what is there cannot be
    read.
    """
    target, part = folder / entry.file, _part(entry, folder)
    if state(entry, folder) is WeightState.PRESENT:
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            nullcontext(client) if client else httpx.Client(timeout=30.0) as session,
            _locked(part) as file,
        ):
            # Another fetcher may have brought the file while this one waited for the lock.
            if state(entry, folder) is WeightState.PRESENT:
                return target
            for attempt in range(attempts):
                if attempt:
                    time.sleep(min(backoff_seconds * 2 ** (attempt - 1), _MAX_BACKOFF_SECONDS))
                trouble = _receive(file, entry, session, progress)
                if trouble is None:
                    break
            else:
                raise FetchError(
                    f"{entry.name}: gave up after {attempts} attempts: {trouble}; "
                    f"fetch again later (what has arrived is kept), or put the file at {target}"
                )
            if not _has_hash(file, entry):
                file.truncate(0)
                raise FetchError(
                    f"{entry.name}: what {entry.url} sent has the wrong sha256 and was removed; "
                    "fetch again, and if that fails too, the manifest needs correcting"
                )
            os.fsync(file.fileno())
            part.replace(target)
    except OSError as error:
        raise FetchError(f"{entry.name}: cannot bring it to {part}: {error}") from error
    return target


def _part(entry: ModelEntry, folder: Path) -> Path:
    return folder / f"{entry.file}.part"


def _has_hash(file: io.BufferedReader | io.BufferedRandom, entry: ModelEntry) -> bool:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest() == entry.sha256


@contextmanager
def _locked(part: Path) -> Iterator[io.BufferedRandom]:
    """Open the part for this fetcher alone; an empty one is removed at the end."""
    if sys.platform == "win32":
        raise FetchError(f"fetching needs flock: on Windows, put the file beside {part} by hand")
    while True:
        with part.open("ab+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Whoever held the lock may have renamed or removed the file that was opened here.
            try:
                if not os.path.samestat(os.fstat(file.fileno()), part.stat()):
                    continue
            except FileNotFoundError:
                continue
            try:
                yield file
            finally:
                if file.seek(0, os.SEEK_END) == 0:
                    part.unlink()
            return


def _receive(
    file: io.BufferedRandom, entry: ModelEntry, client: httpx.Client, progress: Progress
) -> str | None:
    """Ask once for what is missing; None once the part is complete, else what went wrong.

    No length that a server states is believed: bytes are counted. Raises FetchError where another
    attempt cannot help.
    """
    here = file.seek(0, os.SEEK_END)
    if here > entry.bytes:
        here = file.truncate(0)
    if here == entry.bytes:
        return None
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={here}-"} if here else {})
    try:
        with _answer(entry, client, headers) as response:
            status = response.status_code
            resumes = response.headers.get("Content-Range", "").startswith(f"bytes {here}-")
            if status == 200:
                here = file.truncate(0)
            elif status == 416 or (status == 206 and not resumes):
                file.truncate(0)
                return f"{entry.url} cannot go on from byte {here}"
            elif status in _TRANSIENT_STATUSES:
                return f"{entry.url} answered {status}"
            elif status != 206:
                raise FetchError(f"{entry.name}: {entry.url} answered {status}; check the url")
            progress(here, entry.bytes)
            for chunk in response.iter_raw():
                here += len(chunk)
                if here > entry.bytes:
                    file.truncate(0)
                    raise FetchError(f"{entry.name}: {entry.url} sends over {entry.bytes} bytes")
                file.write(chunk)
                progress(here, entry.bytes)
    except httpx.InvalidURL as error:
        raise FetchError(f"{entry.name}: {entry.url} is no address: {error}") from error
    except httpx.TransportError as error:
        return f"{entry.url} failed after {here} bytes: {error or type(error).__name__}"
    return None if here == entry.bytes else f"{entry.url} ended after {here} bytes"


@contextmanager
def _answer(
    entry: ModelEntry, client: httpx.Client, headers: dict[str, str]
) -> Iterator[httpx.Response]:
    """The first answer that is no redirect; only http and https are followed."""
    request = client.build_request("GET", entry.url, headers=headers)
    for _ in range(_MAX_REDIRECTS):
        response = client.send(request, stream=True, follow_redirects=False)
        try:
            if response.next_request is None:
                yield response
                return
            request = response.next_request
        finally:
            response.close()
        if request.url.scheme not in ("http", "https"):
            raise FetchError(f"{entry.name}: {entry.url} redirects to {request.url}; not followed")
    raise FetchError(f"{entry.name}: {entry.url} redirects more than {_MAX_REDIRECTS} times")
