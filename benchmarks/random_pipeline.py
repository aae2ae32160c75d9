"""A pipeline of pyannote in the form of community-1 that has learned nothing: the same networks,
the same work, random weights. For tests, and to measure what such a pipeline costs.

python -m benchmarks.random_pipeline FOLDER
"""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

CONFIG = """\
dependencies:
  pyannote.audio: 4.0.0
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: VBxClustering
    segmentation: $model/segmentation
    segmentation_batch_size: 32
    embedding: $model/embedding
    embedding_batch_size: 32
    embedding_exclude_overlap: true
    plda: $model/plda
params:
  clustering:
    threshold: 0.6
    Fa: 0.07
    Fb: 0.8
  segmentation:
    min_duration_off: 0.0
"""
WINDOW = 10.0
"""Seconds that the segmentation sees at once."""
SPEAKERS, AT_ONCE = 3, 2
EMBEDDING, PROJECTED = 256, 128
LIVELINESS = 3.0
"""Of the recurrent weights: at 1 an untrained network says the same all the time."""


def write_pipeline(folder: Path, seed: int = 0) -> None:
    """Write the pipeline into a folder, which is made."""
    os.environ.setdefault("PYANNOTE_METRICS_ENABLED", "false")
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.embedding import WeSpeakerResNet34
    from pyannote.audio.models.segmentation import PyanNet

    torch.manual_seed(seed)
    segmentation: Any = PyanNet(lstm={"hidden_size": 128, "num_layers": 4, "bidirectional": True})
    segmentation.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=WINDOW,
        min_duration=WINDOW,
        warm_up=(0.0, 0.0),
        classes=[f"speaker#{number + 1}" for number in range(SPEAKERS)],
        powerset_max_classes=AT_ONCE,
        permutation_invariant=True,
    )
    segmentation.build()
    _enliven(segmentation)
    embedding: Any = WeSpeakerResNet34()
    embedding.specifications = Specifications(
        problem=Problem.REPRESENTATION,
        resolution=Resolution.CHUNK,
        duration=WINDOW,
        min_duration=1.0,
        classes=[str(number) for number in range(SPEAKERS)],
    )
    embedding.build()
    for name, model in (("segmentation", segmentation), ("embedding", embedding)):
        _save(folder / name, model)
    chance = np.random.default_rng(seed)
    plda = folder / "plda"
    plda.mkdir(parents=True)
    np.savez(
        plda / "xvec_transform.npz",
        mean1=np.zeros(EMBEDDING),
        mean2=np.zeros(PROJECTED),
        lda=chance.normal(size=(EMBEDDING, PROJECTED)) / np.sqrt(EMBEDDING),
    )
    np.savez(
        plda / "plda.npz",
        mu=np.zeros(PROJECTED),
        tr=np.eye(PROJECTED) + 0.01 * chance.normal(size=(PROJECTED, PROJECTED)),
        psi=np.sort(chance.uniform(0.1, 3.0, PROJECTED))[::-1],
    )
    (folder / "config.yaml").write_text(CONFIG)


def _enliven(segmentation: Any) -> None:
    """Make it say something else now and then: it is centred on what noise makes it say."""
    import torch

    seen: list[Any] = []
    classifier = segmentation.classifier
    hook = classifier.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    with torch.no_grad():
        for weights in segmentation.lstm.parameters():
            weights.mul_(LIVELINESS)
        loudness = torch.rand(1, 1, 100).repeat_interleave(round(WINDOW * 160), dim=2)
        segmentation.eval()(0.1 * loudness * torch.randn(1, 1, round(WINDOW * 16_000)))
        classifier.bias.copy_(-classifier.weight @ seen[0].mean(dim=(0, 1)))
    hook.remove()


def _save(folder: Path, model: Any) -> None:
    import torch

    folder.mkdir(parents=True)
    checkpoint = {
        "state_dict": model.state_dict(),
        "hyper_parameters": dict(model.hparams),
        "pytorch-lightning_version": "2.4.0",
        "epoch": 0,
        "global_step": 0,
    }
    model.on_save_checkpoint(checkpoint)
    torch.save(checkpoint, folder / "pytorch_model.bin")


if __name__ == "__main__":
    write_pipeline(Path(sys.argv[1]))
