"""Voiceprints are what torch's LSTM makes of the same weights."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from app.audio.mel import MelSpectrum
from app.audio.package_files import package_file
from app.audio.voiceprint import LOUDNESS, WINDOW, VoiceEncoder, read_weights
from app.errors import ModelError
from tests.audio.recorded import Samples, conversation


@pytest.fixture(scope="module")
def encoder() -> VoiceEncoder:
    return VoiceEncoder()


def windows() -> Samples:
    sound = conversation()
    return np.stack([sound[start : start + WINDOW] for start in range(110_000, 430_000, 40_000)])


def test_equals_torch(encoder: VoiceEncoder) -> None:
    torch = pytest.importorskip("torch")
    weights = {
        name: torch.from_numpy(values)
        for name, values in read_weights(package_file("resemblyzer", "pretrained.pt")).items()
    }
    lstm = torch.nn.LSTM(40, 256, 3, batch_first=True)
    lstm.load_state_dict({n[5:]: v for n, v in weights.items() if n.startswith("lstm.")})
    given = windows()
    even = given * (LOUDNESS / np.sqrt(np.mean(given**2, axis=1, keepdims=True)))
    with torch.no_grad():
        _, (hidden, _) = lstm(torch.from_numpy(MelSpectrum()(even)[:, :160]))
        linear = torch.relu(hidden[-1] @ weights["linear.weight"].T + weights["linear.bias"])
        expected = (linear / linear.norm(dim=1, keepdim=True)).numpy()
    assert (encoder(given) * expected).sum(axis=1).min() > 0.999
    assert np.linalg.norm(encoder(given), axis=1) == pytest.approx(np.ones(len(given)), abs=1e-3)


def test_loudness_does_not_matter(encoder: VoiceEncoder) -> None:
    given = windows()
    assert (encoder(given) * encoder(given * np.float32(0.05))).sum(axis=1).min() > 0.999


def test_silence_has_a_voiceprint_too(encoder: VoiceEncoder) -> None:
    assert np.isfinite(encoder(np.zeros((1, WINDOW), np.float32))).all()


def test_a_file_that_would_run_something_is_refused(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (str(tmp_path / "ran"),)

    file = tmp_path / "pretrained.pt"
    file.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(ModelError):
        read_weights(file)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("length", [0, 10, 5_000, 1_000_000])
def test_a_file_that_is_cut_short_is_told(tmp_path: Path, length: int) -> None:
    whole = package_file("resemblyzer", "pretrained.pt").read_bytes()
    file = tmp_path / "pretrained.pt"
    file.write_bytes(whole[:length])
    with pytest.raises(ModelError, match=r"pretrained\.pt"):
        read_weights(file)
