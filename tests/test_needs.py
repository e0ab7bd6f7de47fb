"""A missing tool skips a test at home and fails it in CI; it never lets a test pass."""

from pathlib import Path

import pytest

import swarmlab.real.namespaces  # noqa: F401  (what a need imports inside pytester is forgotten, and would be there twice)
from tests import conftest

pytest_plugins = ["pytester"]

MARKED = "import pytest\n@pytest.mark.{name}\ndef test_it(): pass\n"


@pytest.fixture
def bare(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with our conftest, on a machine where no command is found."""
    pytester.makeconftest(Path(conftest.__file__).read_text())
    markers = "\n".join(f"    {name}: {need.reason}" for name, need in conftest.NEEDS.items())
    pytester.makeini(f"[pytest]\nmarkers =\n{markers}\n")
    monkeypatch.setenv("PATH", str(pytester.path))
    monkeypatch.delenv("SWARMLAB_CHROMIUM", raising=False)
    monkeypatch.delenv("CI", raising=False)
    return pytester


@pytest.mark.parametrize("name", conftest.NEEDS)
def test_a_missing_tool_skips_at_home(bare: pytest.Pytester, name: str) -> None:
    bare.makepyfile(MARKED.format(name=name))
    result = bare.runpytest_inprocess("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines([f"*{conftest.NEEDS[name].reason}*"])


@pytest.mark.parametrize("name", conftest.NEEDS)
def test_a_missing_tool_fails_in_ci_where_it_must_be_there(
    bare: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("CI", "true")
    bare.makepyfile(MARKED.format(name=name))
    result = bare.runpytest_inprocess()
    if conftest.NEEDS[name].must_be_met_in_ci:
        result.assert_outcomes(errors=1)
    else:
        result.assert_outcomes(skipped=1)


def test_every_marker_that_pytest_knows_has_a_need(pytestconfig: pytest.Config) -> None:
    ours = {line.split(":")[0] for line in pytestconfig.getini("markers") if ": needs " in line}
    assert ours == set(conftest.NEEDS)
