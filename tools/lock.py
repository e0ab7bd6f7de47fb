"""Choose exact versions again: what ``make lock`` runs.

pip resolves our dependencies afresh, without looking at what is installed, and reports its choice.  Names and
versions go to ``constraints.txt``; no address or path does.  Binder's image brings its own Jupyter, so there only
the other direct dependencies are pinned, to the same versions.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent

#: What Binder's image already holds.  pyproject.toml's ranges accept its versions.
BINDER_BRINGS = {"ipykernel", "ipywidgets", "jupyterlab"}

HEADER = "# Exact versions for make, CI and Binder.  Written by `make lock`; do not edit.\n"
BINDER_HEADER = """\
# swarmlab itself and the versions it was tested with.  Written by `make lock`; do not edit.
# Jupyter is not pinned here: the image brings one, and pyproject.toml says which are good.
"""


def canonical(name: str) -> str:
    """Return `name` as package indexes spell it: ``PyYAML`` is ``pyyaml``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def resolve() -> dict[str, str]:
    """Return name → version of everything that swarmlab and its extras need, chosen by pip."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    report = subprocess.run([*command, ".[test,cluster]"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    chosen = [item["metadata"] for item in json.loads(report)["install"]]
    return {canonical(each["name"]): each["version"] for each in chosen if each["name"] != "docker-swarmlab"}


def main() -> None:
    """Write ``constraints.txt`` and ``binder/requirements.txt``."""
    versions = resolve()
    pins = [f"{name}=={version}\n" for name, version in sorted(versions.items())]
    (ROOT / "constraints.txt").write_text(HEADER + "".join(pins))

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = {canonical(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in project["dependencies"]}
    binder = [f"{name}=={versions[name]}\n" for name in sorted(direct - BINDER_BRINGS)]
    (ROOT / "binder" / "requirements.txt").write_text(BINDER_HEADER + ".\n" + "".join(binder))
    print(f"constraints.txt: {len(pins)} versions; binder/requirements.txt: {len(binder)}")


if __name__ == "__main__":
    main()
