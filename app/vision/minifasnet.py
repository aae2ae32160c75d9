"""MiniFASNet, which tells a living face from a picture of one: its layers, as its tensors say.

Small Vision: Silent-Face-Anti-Spoofing, which prunes MobileFaceNet (arXiv:1804.07573) layer by
layer. So the widths are in no table: they are read off the tensors, and so is where a block weighs
its channels (squeeze and excitation, arXiv:1709.01507), which one of the two networks does.
Needs torch: only `export_minifasnet` imports it, in a process of its own.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from app.errors import ModelError

CLASSES = 3
"""A flat picture, a living face, a screen."""
STRIDE = 16
"""Pixels of the picture for one of the last features."""
STAGES = (("conv_23", "conv_3"), ("conv_34", "conv_4"), ("conv_45", "conv_5"))
"""A block that halves the picture, and those that follow it at that size."""

Tensors = Mapping[str, Tensor]


class Convolution(nn.Module):
    """With normalisation, and a PReLU unless it is linear."""

    def __init__(
        self, weight: Tensor, *, stride: int = 1, padding: int = 0, linear: bool = False
    ) -> None:
        super().__init__()
        channels, shared, kernel, _ = weight.shape
        groups = channels if shared == 1 else 1
        self.conv = nn.Conv2d(
            shared * groups, channels, kernel, stride, padding, groups=groups, bias=False
        )
        self.bn = nn.BatchNorm2d(channels)
        self.prelu = nn.Identity() if linear else nn.PReLU(channels)

    def forward(self, features: Tensor) -> Tensor:
        """Shape (n, channels, height, width), as everywhere here."""
        activated: Tensor = self.prelu(self.bn(self.conv(features)))
        return activated


class ChannelWeights(nn.Module):
    """Squeeze and excitation."""

    def __init__(self, inner: int, channels: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, inner, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.fc2 = nn.Conv2d(inner, channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, features: Tensor) -> Tensor:
        squeezed = self.bn1(self.fc1(features.mean((2, 3), keepdim=True)))
        weights = torch.sigmoid(self.bn2(self.fc2(torch.relu(squeezed))))
        return features * weights


class Block(nn.Module):
    """Widened, filtered in each channel by itself, narrowed; what halves the picture adds nothing
    to what came in."""

    def __init__(self, tensors: Tensors, name: str, *, halves: bool) -> None:
        super().__init__()
        self.conv = Convolution(_kernel(tensors, f"{name}.conv"))
        self.conv_dw = Convolution(
            _kernel(tensors, f"{name}.conv_dw"), stride=2 if halves else 1, padding=1
        )
        self.project = Convolution(_kernel(tensors, f"{name}.project"), linear=True)
        squeeze = tensors.get(f"{name}.se_module.fc1.weight")
        self.se_module = nn.Identity() if squeeze is None else ChannelWeights(*squeeze.shape[:2])
        self._halves = halves

    def forward(self, features: Tensor) -> Tensor:
        narrowed: Tensor = self.se_module(self.project(self.conv_dw(self.conv(features))))
        return narrowed if self._halves else features + narrowed


class Stage(nn.Module):
    """The blocks of one size."""

    def __init__(self, tensors: Tensors, name: str) -> None:
        super().__init__()
        blocks: list[Block] = []
        while f"{name}.model.{len(blocks)}.conv.conv.weight" in tensors:
            blocks.append(Block(tensors, f"{name}.model.{len(blocks)}", halves=False))
        self.model = nn.Sequential(*blocks)

    def forward(self, features: Tensor) -> Tensor:
        through: Tensor = self.model(features)
        return through


class MiniFasNet(nn.Module):
    """From pictures, BGR, 0 to 255, to the probability of each class."""

    def __init__(self, tensors: Tensors) -> None:
        """The layers alone: `load` brings the tensors."""
        super().__init__()
        self.conv1 = Convolution(_kernel(tensors, "conv1"), stride=2, padding=1)
        self.conv2_dw = Convolution(_kernel(tensors, "conv2_dw"), padding=1)
        for halving, following in STAGES:
            self.add_module(halving, Block(tensors, halving, halves=True))
            self.add_module(following, Stage(tensors, following))
        self.conv_6_sep = Convolution(_kernel(tensors, "conv_6_sep"))
        whole = _kernel(tensors, "conv_6_dw")
        self.conv_6_dw = Convolution(whole, linear=True)
        self.size = STRIDE * int(whole.shape[2])
        """Pixels of the picture's side."""
        features, channels = _matrix(tensors, "linear").shape
        self.linear = nn.Linear(channels, features, bias=False)
        self.bn = nn.BatchNorm1d(features)
        self.prob = nn.Linear(features, CLASSES, bias=False)

    def forward(self, pictures: Tensor) -> Tensor:
        """Shape (n, 3, size, size) becomes (n, CLASSES)."""
        features = self.conv2_dw(self.conv1(pictures))
        for names in STAGES:
            for name in names:
                features = self.get_submodule(name)(features)
        features = self.conv_6_dw(self.conv_6_sep(features)).flatten(1)
        return torch.softmax(self.prob(self.bn(self.linear(features))), 1)


def load(state: Mapping[str, Tensor]) -> MiniFasNet:
    """A network that only answers. Raises ModelError where the tensors are not those of one."""
    tensors = {name.removeprefix("module."): tensor for name, tensor in state.items()}
    try:
        network = MiniFasNet(tensors)
        network.load_state_dict(tensors, strict=True)
        with torch.no_grad():  # each layer is as its own tensors say: do they fit each other?
            network.eval()(torch.zeros(1, 3, network.size, network.size))
    except RuntimeError as error:  # torch's: line by line what is missing, too much or differs
        raise ModelError(f"no MiniFASNet: {str(error).splitlines()[-1].strip()}") from error
    return network


def _kernel(tensors: Tensors, layer: str) -> Tensor:
    return _tensor(tensors, f"{layer}.conv.weight", dimensions=4)


def _matrix(tensors: Tensors, layer: str) -> Tensor:
    return _tensor(tensors, f"{layer}.weight", dimensions=2)


def _tensor(tensors: Tensors, name: str, dimensions: int) -> Tensor:
    tensor = tensors.get(name)
    if tensor is None or tensor.dim() != dimensions:
        raise ModelError(f"no MiniFASNet: a tensor {name} with {dimensions} dimensions is expected")
    return tensor
