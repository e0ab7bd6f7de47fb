"""What is in the repository and in the wheel: clean notebooks, exact versions, no traces of one machine."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

#: What the wheel carries beside Python: pages, pictures, transcripts, data.
ASSETS = (".js", ".css", ".md", ".txt", ".json", ".svg")

#: Words and addresses that belong to one machine or one moment.  Split, so that this file does not hold them.
UNWANTED = {
    "a note to oneself": r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b",
    "a folder of one machine": r"(?<![\w.~$}])/(work|home/\w+|Us" + r"ers/\w+|root/\.)/",
    "a package registry": r"(py" + r"pi\.org|python" + r"hosted\.org|registry\.npm" + r"js|deb\.deb" + r"ian\.org)",
    "a local package index": r"(extra-index-" + r"url|find-" + r"links|fi" + r"le:///)",
}


def tracked() -> list[Path]:
    """Return the files that git keeps, or would keep, and that exist."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted(path for name in set(names) - {""} if (path := ROOT / name).is_file())


def ours() -> list[Path]:
    """Return the tracked files that this project writes: not those of others, which stay as they are."""
    return [path for path in tracked() if "vendor" not in path.relative_to(ROOT).parts[:-1]]


def notebooks() -> list[Path]:
    """Return the lessons: learner copies and sources."""
    return [p for p in tracked() if p.suffix == ".ipynb" and p.relative_to(ROOT).parts[0] in ("notebooks", "grading")]


def constraints() -> dict[str, str]:
    """Return name → exact version of ``constraints.txt``."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.+!]+", line) for line in lines)
    return dict(line.split("==") for line in lines)


def named(path: Path) -> str:
    """Return how a test's name shows `path`."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("what", UNWANTED)
def test_no_tracked_file_holds(what: str) -> None:
    found = []
    for path in ours():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found += [f"{named(path)}: {hit.group()}" for hit in re.finditer(UNWANTED[what], text)]
    assert len(tracked()) > 20
    assert found == []


def test_unwanted_words_are_recognised() -> None:
    planted = ["# TO" + "DO: later", "see /wo" + "rk/main", "https://py" + "pi.org/simple", "fi" + "le:///opt/wheels"]
    assert all(any(re.search(pattern, text) for pattern in UNWANTED.values()) for text in planted)
    fine = ["mktemp /tmp/a.XXXXXX", "cd ~/work/x", "$HOME/work/y", "the workplace"]
    assert not [text for text in fine if any(re.search(pattern, text) for pattern in UNWANTED.values())]


@pytest.mark.parametrize("path", notebooks(), ids=named)
def test_a_notebook_is_committed_clean(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = notebook["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert cells
    assert code
    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}, "widget state or an editor's own metadata"
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    names = [cell["id"] for cell in cells]
    grades = [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells if "nbgrader" in cell["metadata"]]
    assert [name for name in names + grades if not re.fullmatch(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*", name)] == []
    assert len(set(names)) == len(names)
    assert len(set(grades)) == len(grades)


def test_all_notebooks_name_the_same_kernel() -> None:
    specs = {json.dumps(json.loads(p.read_text())["metadata"]["kernelspec"], sort_keys=True) for p in notebooks()}
    assert len(specs) == 1


def test_every_dependency_has_an_exact_version() -> None:
    versions = constraints()
    wanted = sum(PROJECT["optional-dependencies"].values(), PROJECT["dependencies"])
    assert len(wanted) > 10
    for line in wanted:
        requirement = Requirement(line)
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), line


def test_binder_uses_the_same_versions() -> None:
    lines = (ROOT / "binder/requirements.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    assert "docker" in pins
    assert {name: constraints()[name] for name in pins} == pins
    assert "." in lines


def test_an_old_python_is_refused_in_one_sentence(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "constraints.txt", tmp_path)
    old = tmp_path / "old-python"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.2\nexit 1\n')
    old.chmod(0o755)
    for python, sentence in ((old, "swarmlab needs Python 3.11 or newer, but"), (tmp_path / "no", "there is no")):
        done = subprocess.run(["make", "lab", f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode != 0
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
        assert not (tmp_path / ".venv").exists()


def test_the_wheel_holds_the_assets_and_no_solutions(tmp_path: Path) -> None:
    copy = tmp_path / "copy"  # building leaves files beside the source
    for path in tracked():
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "-w", tmp_path, copy], check=True)
    (wheel,) = tmp_path.glob("docker_swarmlab-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {named(path) for path in tracked() if path.is_relative_to(ROOT / "swarmlab")}
    wanted = {name for name in ours if name.endswith((*ASSETS, ".py", "/py.typed"))}
    assert {"swarmlab/py.typed", "swarmlab/CHANGES.md", "swarmlab/core/units.py"} <= wanted
    assert wanted - names == set()
    extra = {name for name in names if not re.match(r"swarmlab/|[^/]*\.dist-info/", name)}
    lessons = {named(path) for path in notebooks() if named(path).startswith("notebooks/")}
    assert lessons
    assert {re.sub(r"^.*\.data/data/share/swarmlab/", "", name) for name in extra} == lessons


def test_the_readme_links_to_what_exists() -> None:
    text = (ROOT / "README.md").read_text()
    targets = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'(?:src|href)="([^"#]+)"', text)
    local = [target for target in targets if "://" not in target]
    assert local
    assert [target for target in local if not (ROOT / target).exists()] == []
