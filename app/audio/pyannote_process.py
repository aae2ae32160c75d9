"""pyannote.audio in a process of its own: serving imports neither it nor torch.

python -m app.audio.pyannote_process SOURCE

SOURCE is a folder with a config.yaml, or a name on the hub, for which the environment may hold a
token (HF_TOKEN). Messages (`message.py`) go through stdin and stdout: how far loading is, then
the answer to each window, {"id"} with s16le mono of 16 kHz. It ends when its stdin does.
"""

import contextlib
import importlib.util
import os
import queue
import re
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from app.audio.message import pack, read
from app.audio.ring import SAMPLE_RATE

NICENESS = 10
"""A tenth of an ordinary process's share of a core that both want."""
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
QUIET = {
    "PYANNOTE_METRICS_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "DO_NOT_TRACK": "1",
}
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
INSTALL = "uv sync --extra server --extra train, or PROCTOR_SPEAKERS=embedded"
OTHER_FOLDER = "set PROCTOR_PYANNOTE to a folder with a pipeline, or PROCTOR_SPEAKERS=embedded"


class RefusedError(Exception):
    """The pipeline cannot be loaded."""

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why)
        self.mend = mend


def is_on_hub(source: str) -> bool:
    """Whether this is a name on the hub, and no folder."""
    return not Path(source).is_dir() and HUB_NAME.fullmatch(source) is not None


def serve(source: str, requests: BinaryIO, answers: BinaryIO) -> None:
    """Load, say so, and answer until the requests end."""

    def say(header: dict[str, Any], body: bytes = b"") -> None:
        answers.write(pack(header, body))
        answers.flush()

    waiting: queue.SimpleQueue[tuple[dict[str, Any], bytes]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    tokens = [os.environ[name] for name in TOKENS if os.environ.get(name)]
    try:
        say({"state": "loading"})
        pipeline = _load(source)
    except RefusedError as error:
        say({"state": "refused", "why": _without(tokens, str(error)), "mend": error.mend})
        return
    say({"state": "ready"})
    while True:
        request, pcm = waiting.get()
        try:
            header, body = _diarize(pipeline, pcm)
        except Exception as error:  # of this window alone
            header, body = {"error": _without(tokens, f"{type(error).__name__}: {error}")}, b""
        say({"id": request["id"], **header}, body)


def _listen(requests: BinaryIO, waiting: "queue.SimpleQueue[tuple[dict[str, Any], bytes]]") -> None:
    """A thread of its own, so that the process ends with its owner even in the midst of work."""
    while (message := read(requests)) is not None:
        waiting.put(message)
    os._exit(0)


def _load(source: str) -> Any:
    hub = is_on_hub(source)
    if not hub:
        if not Path(source).is_dir():
            raise RefusedError(f"there is no folder {source}", OTHER_FOLDER)
        if not Path(source, "config.yaml").is_file():
            raise RefusedError(f"{source} has no config.yaml", OTHER_FOLDER)
        os.environ["HF_HUB_OFFLINE"] = "1"
        for name in TOKENS:
            os.environ.pop(name, None)
    if importlib.util.find_spec("pyannote") is None or importlib.util.find_spec("torch") is None:
        raise RefusedError("pyannote.audio is not installed (the extra `train`)", INSTALL)
    os.environ.update(QUIET | ONE_THREAD)
    try:
        import torch
        from pyannote.audio import Pipeline
    except Exception as error:
        raise RefusedError(f"pyannote.audio cannot be imported: {error}", INSTALL) from error
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    try:
        pipeline = Pipeline.from_pretrained(source)
    except Exception as error:  # whatever is wrong with it, it is told
        raise _of_hub(source, error) if hub else _of_folder(source, error) from error
    if pipeline is None or not hasattr(pipeline, "apply"):
        raise RefusedError(f"{source} holds no pipeline", OTHER_FOLDER)
    return pipeline


def _of_folder(source: str, error: Exception) -> RefusedError:
    if any(type(each).__name__ == "LocalEntryNotFoundError" for each in _chain(error)):
        why = f"{source}/config.yaml names models that are not in the folder"
        return RefusedError(why, "put them there and name them $model/…")
    return RefusedError(f"{source} cannot be loaded: {_first_line(error)}", OTHER_FOLDER)


def _of_hub(source: str, error: Exception) -> RefusedError:
    """In words of the person who can mend it; the hub's own speak of its library."""
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
        why = f"{source} could not be fetched from the hub: {_first_line(error)}"
        return RefusedError(why, "let this machine reach the hub, or use a local folder")
    return RefusedError(f"{source} cannot be loaded: {_first_line(error)}", OTHER_FOLDER)


def _diarize(pipeline: Any, pcm: bytes) -> tuple[dict[str, Any], bytes]:
    import torch

    samples = np.frombuffer(pcm, "<i2").astype(np.float32) / 32768
    with torch.inference_mode():
        output = pipeline({"waveform": torch.from_numpy(samples)[None], "sample_rate": SAMPLE_RATE})
    spoken = getattr(output, "speaker_diarization", output)
    labels = spoken.labels()
    turns = [
        (labels.index(label), segment.start, segment.end)
        for segment, _, label in spoken.itertracks(yield_label=True)
    ]
    found = getattr(output, "speaker_embeddings", None)
    embeddings = np.zeros((len(labels), 0)) if found is None else np.asarray(found)
    embeddings = np.ascontiguousarray(embeddings, "<f4")
    known = [bool(np.isfinite(each).all() and each.any()) for each in embeddings]
    return {"turns": turns, "known": known}, embeddings.tobytes()


def _chain(error: BaseException | None) -> list[Any]:
    """The error and what caused it."""
    chain: list[Any] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0][:300]}"


def _without(secrets: list[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, "…")
    return text


if __name__ == "__main__":
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)
    own_in, own_out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what libraries print is no message
    with contextlib.suppress(BrokenPipeError):
        serve(sys.argv[1], own_in, own_out)
