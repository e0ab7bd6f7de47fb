"""The planted mistakes of tools/mutations.py still fit the source; whether tests notice them, the tool itself says."""

import ast
import importlib.util
from pathlib import Path

TOOL = Path(__file__).parents[1] / "tools" / "mutations.py"
SPEC = importlib.util.spec_from_file_location("mutations", TOOL)
assert SPEC is not None
assert SPEC.loader is not None
mutations = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(mutations)


def test_there_are_at_least_forty_and_each_applies_in_one_place() -> None:
    assert len(mutations.MUTATIONS) >= 40
    assert mutations.stale() == []


def test_each_breaks_one_rule_and_is_still_python() -> None:
    for one in mutations.MUTATIONS:
        assert one.rule
        assert one.old != one.new, one.rule
        source = (mutations.CORE / one.file).read_text()
        ast.parse(source.replace(one.old, one.new))


def test_no_two_are_the_same() -> None:
    assert len({(one.file, one.old, one.new) for one in mutations.MUTATIONS}) == len(mutations.MUTATIONS)
