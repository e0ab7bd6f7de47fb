"""Binder: repo2docker finds our files, and the learner gets lessons without solutions.

repo2docker writes its Dockerfile without Docker and without a network.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LESSON = "notebooks/01_services_slots_tasks.ipynb"


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What repo2docker would build of this repository's Binder files."""
    if find_spec("repo2docker") is None:
        reason = "no repo2docker here: pip install jupyter-repo2docker"
        pytest.fail(reason, pytrace=False) if os.environ.get("CI") else pytest.skip(reason)
    repository = tmp_path_factory.mktemp("repository")
    shutil.copytree(ROOT / "binder", repository / "binder")
    for name in ("pyproject.toml", "constraints.txt", "README.md"):
        shutil.copy(ROOT / name, repository)
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "--user-id=1000", "--user-name=jovyan"]
    done = subprocess.run([*command, repository], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_the_image_has_our_python_and_our_versions(dockerfile: str) -> None:
    assert "Building conda environment for python=3.11" in dockerfile
    assert '-r "binder/requirements.txt"' in dockerfile


def test_the_package_is_there_when_its_requirements_are_installed(dockerfile: str) -> None:
    copied = dockerfile.index("src/ ${REPO_DIR}/")
    assert copied < dockerfile.index('-r "binder/requirements.txt"') < dockerfile.index("binder/postBuild")


def test_the_last_step_leaves_no_solutions_and_no_news(tmp_path: Path) -> None:
    """Run postBuild in a copy, with commands that only note that they were called."""
    repository, tools, prefix = tmp_path / "repository", tmp_path / "tools", tmp_path / "prefix"
    for name in ("notebooks/01.ipynb", "grading/source/01/01.ipynb", "tests/test_x.py", ".git/HEAD", "README.md"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text("{}")
    tools.mkdir()
    (tools / "jupyter").write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/jupyter-called\n')
    (tools / "python").write_text(f"#!/bin/sh\necho {prefix}\n")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    post_build = ROOT / "binder/postBuild"
    assert os.access(post_build, os.X_OK)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    subprocess.run([post_build], cwd=repository, check=True, env=environment)
    assert sorted(path.name for path in repository.iterdir()) == ["README.md", "notebooks"]
    assert (tmp_path / "jupyter-called").read_text() == "trust notebooks/01.ipynb\n"
    settings = json.loads((prefix / "share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_the_readme_says_how_to_open_lesson_01_on_binder() -> None:
    assert f"lab/tree/{LESSON}" in (ROOT / "README.md").read_text()
