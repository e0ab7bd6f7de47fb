"""The table in tests/core/README.md: every test that it names is there, and every file of tests/core is named."""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROW = re.compile(r"\| (?P<subject>.*?) ?\| (?P<test>[^|]+) \| `(?P<file>[^`]+)` \|")
ROWS = [found for line in (HERE / "README.md").read_text().splitlines() if (found := ROW.fullmatch(line))]


def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_there_is_a_table() -> None:
    assert len(ROWS) > 150


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["test"])
def test_a_test_that_is_named_is_there(row: re.Match[str]) -> None:
    assert f"test_{row['test'].replace(' ', '_')}" in functions_of(row["file"])


def test_every_line_of_a_table_is_understood() -> None:
    lines = [line for line in (HERE / "README.md").read_text().splitlines() if line.startswith("|")]
    heads = [line for line in lines if line.startswith(("| subject", "| ---"))]
    assert len(lines) - len(heads) == len(ROWS)


def test_every_file_of_tests_for_the_core_is_named() -> None:
    named = {row["file"] for row in ROWS}
    present = {path.relative_to(ROOT).as_posix() for path in HERE.rglob("test_*.py")}
    assert present - named == {"tests/core/test_readme.py"}
