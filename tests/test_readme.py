"""What the README says is what the service does."""

import ast
import re
from pathlib import Path

import pytest

from app.alerts.rules import DEFAULT_RULES
from app.api.sockets import CloseCode
from app.settings import PREFIX, Settings
from app.types import AlertKind

README = (Path(__file__).parent.parent / "README.md").read_text()
ROWS = dict(re.findall(r"^\| `(PROCTOR_\w+)` \| (.*?) \|", README, re.MULTILINE))


NAMED_IN_WORDS = ("models", "manifest", "purposes", "object_classes", "vision_threads")
"""Defaults that are written otherwise."""


def test_names_every_setting_and_no_other() -> None:
    assert set(ROWS) == {PREFIX + name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize(
    "name",
    [n for n in Settings.model_fields if n not in NAMED_IN_WORDS],
)
def test_says_the_defaults(name: str) -> None:
    default = Settings.model_fields[name].default
    said = ROWS[PREFIX + name.upper()].strip("`")
    assert said == (
        str(int(default)) if isinstance(default, bool) else f"{default}".removesuffix(".0")
    )


@pytest.mark.parametrize("kind", AlertKind)
def test_has_a_whole_row_for_every_kind(kind: AlertKind) -> None:
    row = re.search(rf"^\| `{kind}` \|(.*)\|$", README, re.MULTILINE)
    assert row is not None
    assert row[1].count("|") == 4


@pytest.mark.parametrize("code", CloseCode)
def test_explains_every_close_code(code: CloseCode) -> None:
    assert re.search(rf"^\| {code.value} \|", README, re.MULTILINE)


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        (AlertKind.GAZE_AWAY, ["yaw_degrees", "pitch_up_degrees", "hysteresis_degrees"]),
        (AlertKind.HEAD_TURNED, ["yaw_degrees", "pitch_up_degrees", "pitch_down_degrees"]),
        (AlertKind.NOBODY, []),
        (AlertKind.SEVERAL_PERSONS, []),
    ],
)
def test_says_the_rules(kind: AlertKind, numbers: list[str]) -> None:
    row = next(line for line in README.splitlines() if line.startswith(f"| `{kind}` |"))
    rule = DEFAULT_RULES[kind]
    for number in numbers:
        assert f"{rule.limits[number]:.0f}°" in row
    assert f"| {rule.hold:.0f} s |" in row
    assert row.endswith(f"| {rule.severity} |")


EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_its_examples_are_python(example: str) -> None:
    compile(example, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
