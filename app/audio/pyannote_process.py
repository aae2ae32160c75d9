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
import sys
import threading
from typing import Any, BinaryIO

import numpy as np

from app.audio.message import pack, read
from app.audio.pipeline_source import (
    OTHER_FOLDER,
    TOKENS,
    RefusedError,
    check_config,
    check_folder,
    check_hub,
    is_on_hub,
    refusal,
)
from app.audio.ring import SAMPLE_RATE

NICENESS = 10
"""A tenth of an ordinary process's share of a core that both want."""
QUIET = {
    "PYANNOTE_METRICS_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "DO_NOT_TRACK": "1",
}
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
INSTALL = "uv sync --extra server --extra train, or PROCTOR_SPEAKERS=embedded"


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
        check_folder(source)
        os.environ["HF_HUB_OFFLINE"] = "1"
        for name in TOKENS:
            os.environ.pop(name, None)
    if importlib.util.find_spec("pyannote") is None or importlib.util.find_spec("torch") is None:
        raise RefusedError("pyannote.audio is not installed (the extra `train`)", INSTALL)
    os.environ.update(QUIET | ONE_THREAD)
    (check_hub if hub else check_config)(source)
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
        raise refusal(source, error) from error
    if pipeline is None or not hasattr(pipeline, "apply"):
        raise RefusedError(f"{source} holds no pipeline", OTHER_FOLDER)
    return pipeline


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
