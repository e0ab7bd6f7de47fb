"""The recordings: one file per engine version and probe, written by ``make record`` and by nothing else."""

import json
from pathlib import Path
from typing import Any, NamedTuple

Json = Any
RECORDINGS = Path(__file__).with_name("recordings")
#: Which profile of the simulation is compared with an engine version, by the version's beginning.
PROFILES = {"20.10.": "20.10", "28.": "28"}


class Recording(NamedTuple):
    """What a real engine answered in one probe."""

    engine: str  # the version without a distribution's additions
    probe: str
    recorded: str  # date
    package: str  # the version as the engine tells it
    api: str
    steps: dict[str, Json]


def path_of(engine: str, probe: str) -> Path:
    """Return where a recording is kept."""
    return RECORDINGS / engine / f"{probe}.json"


def load(engine: str, probe: str) -> Recording:
    """Return a recording."""
    return Recording(**json.loads(path_of(engine, probe).read_text(encoding="utf-8")))


def save(recording: Recording) -> None:
    """Write a recording, so that a change of it can be read as a difference of lines."""
    path = path_of(recording.engine, recording.probe)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(recording._asdict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def engines() -> list[str]:
    """Return the engine versions that were recorded."""
    return sorted((path.name for path in RECORDINGS.iterdir() if path.is_dir()), key=_number)


def names(engine: str) -> list[str]:
    """Return the probes that were recorded from an engine."""
    return sorted(path.stem for path in (RECORDINGS / engine).glob("*.json"))


def profile_of(engine: str) -> str:
    """Return the profile that stands for an engine version."""
    return next(profile for beginning, profile in PROFILES.items() if engine.startswith(beginning))


def _number(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
