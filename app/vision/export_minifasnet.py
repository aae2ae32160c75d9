"""From MiniFASNet's .pth to OpenVINO, in a process of its own: serving imports no torch.

python -m app.vision.export_minifasnet WEIGHTS.pth FOLDER

Each line that it prints is a step.
"""

import contextlib
import pickle
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import openvino

from app.errors import ModelError


def export(weights: Path, folder: Path) -> None:
    """Convert the weights; the folder appears whole or not at all. Raises ModelError."""
    print("importing torch", flush=True)
    import torch

    from app.vision.minifasnet import load

    print(f"converting {weights.name}", flush=True)
    try:
        state = torch.load(weights, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise ModelError("not a file of tensors and nothing else") from error
    named = state.values() if isinstance(state, dict) else [None]
    if not all(isinstance(each, torch.Tensor) for each in named):
        raise ModelError("not a file of tensors by name")
    network = load(state)
    picture = torch.zeros(1, 3, network.size, network.size)
    converted = openvino.convert_model(network, example_input=picture, input=list(picture.shape))
    with TemporaryDirectory(prefix="export-", dir=folder.parent) as work:
        made = Path(work, "made")
        openvino.save_model(
            _taking_pictures(converted), made / f"{weights.stem}.xml", compress_to_fp16=False
        )
        with contextlib.suppress(OSError):  # another process may have been faster
            made.rename(folder)


def _taking_pictures(network: openvino.Model) -> openvino.Model:
    """The same network, fed with bytes of an RGB picture; it learned on BGR, 0 to 255."""
    steps = openvino.preprocess.PrePostProcessor(network)
    steps.input().tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    steps.input().model().set_layout(openvino.Layout("NCHW"))
    steps.input().preprocess().convert_element_type(openvino.Type.f32).reverse_channels()
    return steps.build()


if __name__ == "__main__":
    try:
        export(Path(sys.argv[1]), Path(sys.argv[2]))
    except ModelError as error:
        sys.exit(str(error))
