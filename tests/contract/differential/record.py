"""Keep what the real docker says to every line of the table: ``python -m tests.contract.differential.record [SCENE…]``.

It needs no engine: the real docker is run at a simulated swarm.  What differs from swarm to swarm (ids, times,
certificates) is left out.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from swarmlab import Lab
from tests.contract.differential.sides import Desk, staged
from tests.contract.differential.table import Line, Scene, scenes
from tests.contract.exchange import without_ids
from tests.contract.twins import Bench, Said

FOLDER = Path(__file__).parent / "recorded"
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?")
_BYTES = re.compile(r"(?<=[ \[])(?:\d+ ){20,}\d+(?=\])|MFkw[A-Za-z0-9+/=]+|SWMTKN-[a-z0-9-]+|\b1[78]\d{8,17}\b")
_MACHINE = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}|(?<=\"P[iI][dD]\": )\d+|(?<=\"Index\": )\d+")
_CERTIFICATE = re.compile(r"(?<=-----BEGIN CERTIFICATE-----)[^-]*(?=-----END)")
_SHORT_ID = re.compile(
    r"(?m)^[a-z0-9]{12}(?=$| {3})|\b[a-z]{25}\b|\b[a-z]{12}\b(?=@)|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
)


def anywhere(said: Said) -> dict[str, Any]:
    """Return what was said as any swarm would have it."""
    told = {"stdout": _without_chance(said.stdout), "stderr": _without_chance(said.stderr), "exit": said.exit_code}
    return {key: value for key, value in told.items() if value}


def _without_chance(text: str) -> str:
    text = _CERTIFICATE.sub("<certificate>", _TIME.sub("<time>", text))
    text = _MACHINE.sub("<of the machine>", _SHORT_ID.sub("<id>", text))
    return _BYTES.sub("<bytes>", without_ids(text))


def in_any_order(kept: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its lines sorted: ids decide on the order of some."""
    return {key: sorted(value.splitlines()) if key in ("stdout", "stderr") else value for key, value in kept.items()}


def recorded(scene: Scene) -> dict[str, Any]:
    """Return the recording of a scene: the moment it was made, and its rows."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{scene.name}.json").read_text(encoding="utf-8"))
    return loaded


def row(line: Line, said: Said) -> dict[str, Any]:
    """Return the row of a recording for `line`."""
    asked = line._asdict()
    return {key: value for key, value in asked.items() if value != Line._field_defaults.get(key)} | anywhere(said)


def main() -> None:
    """Record the scenes named on the command line, or all."""
    said = subprocess.run(["docker", "--version"], capture_output=True, text=True, check=True).stdout
    version = said.split()[2].rstrip(",")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), Lab(swarm=False).hosts)
        desk = Desk(bench)
        for scene in scenes():
            if sys.argv[1:] and scene.name not in sys.argv[1:]:
                continue
            now = time.time_ns()
            lab = staged(scene, now)
            rows = [row(line, desk.theirs(lab, line)) for line in scene.lines]
            head = json.dumps({"docker": version, "now": now})[:-1]
            text = ",\n".join(json.dumps(one, ensure_ascii=False) for one in rows)
            (FOLDER / f"{scene.name}.json").write_text(f'{head}, "rows": [\n{text}\n]}}\n', encoding="utf-8")
            print(scene.name, len(rows))
        bench.close()


if __name__ == "__main__":
    main()
