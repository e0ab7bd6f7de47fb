"""JSON that every noun has: versions and times, labels, drivers."""

from collections.abc import Mapping
from typing import Any

from swarmlab.api.shapes import LABELS, STRING, Struct
from swarmlab.core.objects import Driver
from swarmlab.core.units import rfc3339

Json = dict[str, Any]

DRIVER = Struct("swarm.Driver", {"Name": STRING, "Options": LABELS})


def meta(thing: Any) -> Json:
    """Return id, version index and times, with which every object of the swarm begins."""
    return {
        "ID": thing.id,
        "Version": {"Index": thing.version},
        "CreatedAt": rfc3339(thing.created_at),
        "UpdatedAt": rfc3339(thing.updated_at),
    }


def present(**fields: Any) -> Json:
    """Return the fields that are not empty: Go's ``omitempty``.  Names are given as JSON has them."""
    return {name: value for name, value in fields.items() if value}


def sorted_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels in the order in which Go writes maps."""
    return dict(sorted(labels.items())) if len(labels) > 1 else dict(labels)


def driver_json(driver: Driver) -> Json:
    """Return a plugin's name and options."""
    return present(Name=driver.name, Options=sorted_labels(driver.options or {}))


def driver_of(json: Json | None) -> Driver | None:
    """Return the driver that JSON names."""
    if json is None:
        return None
    return Driver(json.get("Name", ""), json.get("Options"))


def unquoted_float(number: float) -> float | int:
    """Return a number as Go writes it: without a fraction if there is none."""
    return int(number) if number == int(number) else number
