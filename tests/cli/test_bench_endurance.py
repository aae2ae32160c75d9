"""The exit code tells what the tables tell."""

import pytest
from typer.testing import CliRunner

from benchmarks import kill
from benchmarks.kill import Kills
from cli.bench import app


@pytest.mark.parametrize(("faults", "code"), [([], 0), (["3 was acknowledged and is lost"], 1)])
def test_a_loss_is_an_exit_code(
    faults: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []

    def rounds(number: int, seed: int, progress: object) -> Kills:
        asked.append((number, seed))
        return Kills(rounds=number, acknowledged=7, faults=faults)

    monkeypatch.setattr(kill, "kill_rounds", rounds)
    result = CliRunner().invoke(app, ["kill", "--rounds", "5", "--seed", "9"])
    assert (result.exit_code, asked) == (code, [(5, 9)])
    assert "5 times killed" in result.stdout
    assert all(fault in result.stdout for fault in faults)
