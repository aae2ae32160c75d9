"""MiniFASNet's layers and their conversion, with weights that have learned nothing and with Small
Vision's, where these are at hand."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openvino
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from app.errors import ModelError
from app.vision.export_minifasnet import export
from app.vision.minifasnet import MiniFasNet, load
from tests.media import needs_shared
from tests.vision.fasnets import LEARNED, SIZE, SQUEEZED_STEM, STEM, tensors, weights

REPOSITORY = Path(__file__).parent.parent.parent


def pictures(count: int = 4) -> NDArray[np.uint8]:
    """RGB noise of different colours and coarseness."""
    rng = np.random.default_rng(5)
    made = []
    for number in range(count):
        coarse = rng.integers(0, 255, (4 << number, 4 << number, 3)).astype(np.uint8)
        made.append(np.kron(coarse, np.ones((20, 20, 1), np.uint8))[:SIZE, :SIZE])
    return np.stack(made)


def by_torch(network: MiniFasNet, seen: NDArray[np.uint8]) -> NDArray[np.float32]:
    bgr = torch.from_numpy(np.ascontiguousarray(seen[..., ::-1].transpose(0, 3, 1, 2))).float()
    with torch.no_grad():
        return np.asarray(network(bgr).numpy(), np.float32)


def by_openvino(model: Path, seen: NDArray[np.uint8]) -> NDArray[np.float32]:
    compiled = openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return np.concatenate([compiled(each[None])[0] for each in seen])


class TestLayers:
    @pytest.mark.parametrize("squeeze", [False, True])
    def test_they_are_as_wide_as_the_tensors(self, squeeze: bool) -> None:
        state = tensors(squeeze=squeeze)
        network = load(state)
        assert network.size == SIZE
        ours = {f"module.{name}": tensor.shape for name, tensor in network.state_dict().items()}
        assert ours == {name: tensor.shape for name, tensor in state.items()}

    def test_it_answers_with_probabilities(self) -> None:
        answer = by_torch(load(tensors()), pictures())
        assert answer.shape == (4, 3)
        assert answer.sum(axis=1) == pytest.approx(np.ones(4))
        assert np.ptp(answer, axis=0).min() > 0.01, "it answers the same to every picture"

    def test_pictures_beside_one_do_not_change_its_answer(self) -> None:
        network, seen = load(tensors(squeeze=True)), pictures()
        assert by_torch(network, seen)[:1] == pytest.approx(by_torch(network, seen[:1]), abs=1e-5)

    def test_the_channels_weights_are_used(self) -> None:
        state, seen = tensors(squeeze=True), pictures()
        before = by_torch(load(state), seen)
        state["module.conv_4.model.2.se_module.fc2.weight"] *= -3
        assert np.abs(by_torch(load(state), seen) - before).max() > 0.002


def without(name: str) -> Callable[[dict[str, Tensor]], object]:
    return lambda state: state.pop(name)


def with_(name: str, *shape: int) -> Callable[[dict[str, Tensor]], object]:
    return lambda state: state.update({name: torch.zeros(shape)})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (without("module.conv1.conv.weight"), "conv1.conv.weight"),
        (without("module.conv_45.project.conv.weight"), "conv_45.project.conv.weight"),
        (without("module.bn.weight"), "bn.weight"),
        (without("module.conv_3.model.0.conv.prelu.weight"), "conv_3.model.0.conv.prelu.weight"),
        (without("module.conv_5.model.0.conv.conv.weight"), "conv_5.model.0"),
        (with_("module.conv1.conv.weight", 8), "conv1.conv.weight with 4 dimensions"),
        (with_("module.prob.weight", 5, 10), "prob.weight"),
        (with_("module.linear.weight", 10, 513), "shapes cannot be multiplied"),
        (with_("module.conv_23.conv.conv.weight", 17, 9, 1, 1), "expected .* 9 channels"),
        (with_("module.conv_34.conv_dw.conv.weight", 9, 1, 3, 3), "conv_34.conv_dw"),
        (with_("module.stranger", 1), "stranger"),
        (lambda state: state.clear(), "conv1.conv.weight"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(
    change: Callable[[dict[str, Tensor]], object], named: str
) -> None:
    state = tensors()
    change(state)
    with pytest.raises(ModelError, match=f"^no MiniFASNet: .*({named})"):
        load(state)


class TestConversion:
    @pytest.mark.parametrize("stem", [STEM, SQUEEZED_STEM])
    def test_what_is_converted_answers_as_torch_does(self, tmp_path: Path, stem: str) -> None:
        source = weights(tmp_path, stem)
        export(source, tmp_path / "made")
        said = by_openvino(tmp_path / "made" / f"{stem}.xml", pictures())
        assert said == pytest.approx(by_torch(load(torch.load(source)), pictures()), abs=1e-4)

    def test_it_has_a_process_of_its_own(self, tmp_path: Path) -> None:
        source, made = weights(tmp_path), tmp_path / "made"
        process = exported(source, made)
        assert process.stdout.splitlines() == [
            "importing torch",
            f"converting {STEM}.pth",
        ]
        assert {path.name for path in made.iterdir()} == {f"{STEM}.xml", f"{STEM}.bin"}
        assert {path.name for path in tmp_path.iterdir()} == {source.name, "made"}

    def test_who_is_faster_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "made").mkdir()
        (tmp_path / "made" / "faster").touch()
        export(weights(tmp_path), tmp_path / "made")
        assert [path.name for path in (tmp_path / "made").iterdir()] == ["faster"]

    def test_a_program_is_not_run(self, tmp_path: Path) -> None:
        class Program:
            def __reduce__(self) -> tuple[object, ...]:
                return os.mkdir, (str(tmp_path / "ran"),)

        torch.save({"module.conv1.conv.weight": Program()}, tmp_path / f"{STEM}.pth")
        with pytest.raises(ModelError, match="not a file of tensors"):
            export(tmp_path / f"{STEM}.pth", tmp_path / "made")
        assert {path.name for path in tmp_path.iterdir()} == {f"{STEM}.pth"}

    @pytest.mark.parametrize("content", [b"", b"no weights", b"\x80\x02}q\x00."])
    def test_a_file_of_something_else_is_told_in_a_line(
        self, tmp_path: Path, content: bytes
    ) -> None:
        source = tmp_path / f"{STEM}.pth"
        source.write_bytes(content)
        with pytest.raises(ModelError, match=r"^(not a file of tensors|no MiniFASNet)"):
            export(source, tmp_path / "made")
        assert not (tmp_path / "made").exists()

    def test_the_process_says_why_in_its_last_line(self, tmp_path: Path) -> None:
        torch.save({"weight": torch.zeros(1)}, tmp_path / f"{STEM}.pth")
        process = exported(tmp_path / f"{STEM}.pth", tmp_path / "made", succeeds=False)
        assert process.stderr.splitlines()[-1].startswith("no MiniFASNet: a tensor conv1.conv")
        assert not (tmp_path / "made").exists()


@needs_shared
@pytest.mark.parametrize("which", [0, 1], ids=[STEM, SQUEEZED_STEM])
def test_small_visions_weights_fit_and_answer_the_same_once_converted(
    learned: list[Path], which: int
) -> None:
    made = learned[which]
    network = load(torch.load(LEARNED / f"{made.stem}.pth", map_location="cpu"))
    said = by_openvino(made, pictures())
    assert said == pytest.approx(by_torch(network, pictures()), abs=1e-3)


def exported(
    source: Path, made: Path, *, succeeds: bool = True
) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "app.vision.export_minifasnet", str(source), str(made))
    process = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (process.returncode == 0) is succeeds, process.stderr
    return process
