"""Voiceprints: a unit vector for each 1.6 seconds of speech, near for the same speaker."""

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import opset15 as ops

from app.audio.mel import BANDS, MelSpectrum
from app.audio.package_files import package_file
from app.errors import ModelError

WINDOW = 25_600
"""Samples of 16 kHz, 1.6 s."""
FRAMES = 160
SIZE = 256
LAYERS = 3
LOUDNESS = 10 ** (-30 / 20)
"""Root mean square to which windows are brought: -30 dB of full scale."""

Weights = dict[str, NDArray[np.float32]]


class VoiceEncoder:
    """The GE2E encoder of Resemblyzer, its weights from its package; it remembers no voice."""

    def __init__(self) -> None:
        """Raises ModelError."""
        file = package_file("resemblyzer", "pretrained.pt")
        network = _network(read_weights(file))
        options = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32"}
        self._request = (
            openvino.Core().compile_model(network, "CPU", options).create_infer_request()
        )
        self._spectrum = MelSpectrum()

    def __call__(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Samples (n, 25600) from -1 to 1 to unit vectors (n, 256)."""
        loudness = np.sqrt(np.mean(np.square(windows), axis=1, keepdims=True))
        spectra = self._spectrum(windows * (LOUDNESS / np.maximum(loudness, 1e-9)))
        prints: NDArray[np.float32] = self._request.infer({0: spectra[:, :FRAMES]})[0]
        return prints.copy()


def _network(weights: Weights) -> openvino.Model:
    spectra = ops.parameter([-1, FRAMES, BANDS], np.float32)
    count = ops.gather(ops.shape_of(spectra), _const([0], np.int64), _const(0, np.int64))
    start = ops.broadcast(
        _const(0.0, np.float32), ops.concat([count, _const([1, SIZE], np.int64)], 0)
    )
    lengths = ops.broadcast(_const(FRAMES, np.int64), count)
    inner, last = spectra.output(0), None
    for layer in range(LAYERS):
        names = [
            f"lstm.{part}_l{layer}" for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        given, kept, bias, more_bias = (weights[name] for name in names)
        node = ops.lstm_sequence(
            inner,
            start,
            start,
            lengths,
            ops.constant(_gates(given)[None]),
            ops.constant(_gates(kept)[None]),
            ops.constant(_gates(bias + more_bias)[None]),
            SIZE,
            "forward",
        )
        inner = ops.squeeze(node.output(0), _const([1], np.int64)).output(0)
        last = node.output(1)
    hidden = ops.squeeze(last, _const([1], np.int64))
    linear = ops.matmul(hidden, ops.constant(weights["linear.weight"]), False, True)
    positive = ops.relu(ops.add(linear, ops.constant(weights["linear.bias"][None])))
    unit = ops.normalize_l2(positive, _const([1], np.int64), 1e-12, "add")
    return openvino.Model([unit], [spectra], "voiceprint")


def _const(value: Any, dtype: type) -> Any:
    return ops.constant(np.array(value, dtype))


def _gates(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """From torch's order of an LSTM's gates to OpenVINO's."""
    given, forget, cell, output = np.split(values, 4)
    return np.concatenate([forget, given, cell, output])


def read_weights(file: Path) -> Weights:
    """The numbers in a file of torch's older form; nothing in it can run. Raises ModelError."""
    try:
        with file.open("rb") as stream:
            return _read(stream)
    except (OSError, EOFError, pickle.UnpicklingError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{file.name} cannot be used: {error}") from error


class _Tensor:
    """Where a tensor lies in its storage."""

    def __init__(
        self, storage: str, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any
    ) -> None:
        self.storage = storage
        self.offset = offset
        self.size = size
        self.stride = stride


class _Unpickler(pickle.Unpickler):
    """Knows tensors and dictionaries, and refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _Tensor,
            ("torch", "FloatStorage"): "float",
        }
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"it wants {module}.{name}")
        return known[module, name]

    def persistent_load(self, saved: Any) -> str:
        kind, storage, key, _device, _size, *_view = saved
        if (kind, storage) != ("storage", "float"):
            raise pickle.UnpicklingError(f"it holds a {kind} of {storage}")
        return str(key)


MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


def _read(stream: BinaryIO) -> Weights:
    if (_Unpickler(stream).load(), _Unpickler(stream).load()) != (MAGIC, PROTOCOL):
        raise ValueError("it is no file of torch's older form")
    _Unpickler(stream).load()  # of the machine that wrote it
    tensors = _Unpickler(stream).load()["model_state"]
    storages = {}
    for key in _Unpickler(stream).load():
        count = int.from_bytes(stream.read(8), "little")
        storages[key] = np.frombuffer(stream.read(4 * count), "<f4", count)
    return {
        name: np.lib.stride_tricks.as_strided(
            storages[t.storage][t.offset :], t.size, [4 * step for step in t.stride]
        ).copy()
        for name, t in tensors.items()
    }
