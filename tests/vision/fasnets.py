"""Small MiniFASNets that have learned nothing, and networks that answer what they are shown."""

from pathlib import Path

import numpy as np
import openvino
import torch
from openvino import opset13 as ops
from torch import Tensor

from tests.media import SHARED

LEARNED = SHARED / "weights" / "minifasnet"
"""Small Vision's own."""
SIZE = 80
STEM = "2.7_80x80_MiniFASNetV2"
SQUEEZED_STEM = "4_0_0_80x80_MiniFASNetV1SE"


def tensors(seed: int = 0, *, squeeze: bool = False) -> dict[str, Tensor]:
    """Of the same form as Small Vision's, with fewer channels: as their files hold them."""
    torch.manual_seed(seed)
    found: dict[str, Tensor] = {}

    def convolution(
        name: str, into: int, out: int, kernel: int = 1, *, activated: bool = True
    ) -> None:
        weight = torch.randn(out, into, kernel, kernel)
        found[f"{name}.conv.weight"] = weight * (into * kernel * kernel) ** -0.5
        normalisation(f"{name}.bn", out)
        if activated:
            found[f"{name}.prelu.weight"] = torch.rand(out)

    def normalisation(name: str, channels: int) -> None:
        found[f"{name}.weight"] = 1 + 0.1 * torch.randn(channels)
        found[f"{name}.bias"] = 0.1 * torch.randn(channels)
        found[f"{name}.running_mean"] = 0.1 * torch.randn(channels)
        found[f"{name}.running_var"] = 1 + torch.rand(channels)
        found[f"{name}.num_batches_tracked"] = torch.tensor(1)

    def block(name: str, into: int, wide: int, out: int) -> None:
        convolution(f"{name}.conv", into, wide)
        convolution(f"{name}.conv_dw", 1, wide, 3)
        convolution(f"{name}.project", wide, out, activated=False)

    convolution("conv1", 3, 8, 3)
    convolution("conv2_dw", 1, 8, 3)
    for halving, following, into, out, blocks in (
        ("conv_23", "conv_3", 8, 12, 2),
        ("conv_34", "conv_4", 12, 16, 3),
        ("conv_45", "conv_5", 16, 16, 1),
    ):
        block(halving, into, out + 5, out)
        for number in range(blocks):
            block(f"{following}.model.{number}", out, out + 3 + number, out)
        if squeeze:
            last = f"{following}.model.{blocks - 1}.se_module"
            for layer, channels, inner in ((1, out, 4), (2, 4, out)):
                found[f"{last}.fc{layer}.weight"] = torch.randn(inner, channels, 1, 1)
                normalisation(f"{last}.bn{layer}", inner)
    convolution("conv_6_sep", 16, 512)  # a file that is large enough to be fetched in two parts
    convolution("conv_6_dw", 1, 512, 5, activated=False)
    found["linear.weight"] = 0.05 * torch.randn(10, 512)
    normalisation("bn", 10)
    found["prob.weight"] = 3 * torch.randn(3, 10)
    found["conv1.conv.weight"] /= 32  # as theirs do, it takes 0 to 255
    return {f"module.{name}": tensor for name, tensor in found.items()}


def weights(folder: Path, stem: str = STEM, seed: int = 0) -> Path:
    """A .pth file of them."""
    path = folder / f"{stem}.pth"
    torch.save(tensors(seed, squeeze=stem == SQUEEZED_STEM), path)
    return path


def green(folder: Path, stem: str = STEM) -> Path:
    """A converted network to which a face is as alive as what it is shown is green, 0 to 1."""
    picture = ops.parameter([1, SIZE, SIZE, 3], np.uint8, name="picture")
    levels = ops.convert(picture, np.float32)
    means = ops.reduce_mean(levels, np.array([1, 2]), keep_dims=False)
    return _saved(ops.divide(means, np.float32(255)), picture, folder / f"{stem}.xml")


def shaped(folder: Path, *answer: int) -> Path:
    """A converted network that answers in some other shape."""
    picture = ops.parameter([1, SIZE, SIZE, 3], np.uint8, name="picture")
    levels = ops.convert(picture, np.float32)
    nothing = ops.multiply(ops.reduce_mean(levels, np.arange(4)), np.float32(0))
    table = ops.constant(np.zeros(answer, np.float32))
    return _saved(ops.add(table, nothing), picture, folder / f"{STEM}.xml")


def _saved(answer: openvino.Node, given: openvino.Node, path: Path) -> Path:
    openvino.save_model(openvino.Model([answer], [given], "canned"), path, compress_to_fp16=False)
    return path
