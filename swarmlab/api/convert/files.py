"""Secrets and configs.  moby: ``daemon/cluster/convert/secret.go``, ``config.go``."""

import base64

from swarmlab.api.convert.basics import DRIVER, Json, driver_json, driver_of, meta, sorted_labels
from swarmlab.api.shapes import BYTES, LABELS, STRING, Struct
from swarmlab.core.objects import Config, Secret, SecretSpec

SECRET_SPEC = Struct(
    "swarm.SecretSpec", {"Name": STRING, "Labels": LABELS, "Data": BYTES, "Driver": DRIVER, "Templating": DRIVER}
)
CONFIG_SPEC = Struct("swarm.ConfigSpec", {"Name": STRING, "Labels": LABELS, "Data": BYTES, "Templating": DRIVER})


def file_spec_of(json: Json) -> SecretSpec:
    """Return the spec of a secret or config."""
    return SecretSpec(
        json.get("Name", ""),
        json.get("Labels", {}),
        json.get("Data", b""),
        driver_of(json.get("Driver")),
        driver_of(json.get("Templating")),
    )


def file_json(thing: Secret | Config) -> Json:
    """Return a secret, without its data, or a config, with it."""
    spec = thing.spec
    json: Json = {"Name": spec.name, "Labels": sorted_labels(spec.labels)}
    if isinstance(thing, Config) and spec.data:
        json["Data"] = base64.b64encode(spec.data).decode()
    if spec.driver is not None:
        json["Driver"] = driver_json(spec.driver)
    if spec.templating is not None:
        json["Templating"] = driver_json(spec.templating)
    return meta(thing) | {"Spec": json}
