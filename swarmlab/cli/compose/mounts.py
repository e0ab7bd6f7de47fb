"""A service's volumes as the mounts of its containers.  docker/cli: cli/compose/convert/volume.go."""

from typing import Any

from swarmlab.cli.commands.service.spec import drop_empty
from swarmlab.cli.errors import CommandError
from swarmlab.gostrings import quote

Json = dict[str, Any]

#: Marks everything that belongs to a stack.
NAMESPACE = "com.docker.stack.namespace"
#: Kind of mount → the options of other kinds that it refuses, in this order.
_FOREIGN = {
    "volume": ("image", "tmpfs", "bind", "cluster"),
    "image": ("volume", "bind", "tmpfs", "cluster"),
    "bind": ("volume", "image", "tmpfs", "cluster"),
    "tmpfs": ("bind", "volume", "image", "cluster"),
    "npipe": ("volume", "image", "tmpfs"),
    "cluster": ("tmpfs", "bind", "volume"),
}


def mounts(stack: str, volumes: list[Json], known: dict[str, Json]) -> list[Json]:
    """Return the mounts of a service of `stack`; `known`: the volumes that the file declares.  Raises CommandError."""
    return [_mount(stack, volume, known) for volume in volumes]


def _mount(stack: str, volume: Json, known: dict[str, Json]) -> Json:
    kind = volume.get("type") or "volume"
    if kind not in _FOREIGN:
        raise CommandError("volume type must be volume, bind, tmpfs, npipe, or cluster")
    source = volume.get("source", "")
    if not source and kind not in ("volume", "tmpfs"):
        raise CommandError(f"invalid {kind} source, source cannot be empty")
    if source and kind == "tmpfs":
        raise CommandError("invalid tmpfs source, source must be empty")
    for other in _FOREIGN[kind]:
        if volume.get(other) is not None:
            words = "images" if (kind, other) == ("volume", "image") else other
            raise CommandError(f"{words} options are incompatible with type {kind}")
    mount: Json = dict(
        drop_empty(
            {
                "Type": volume.get("type"),
                "Source": source,
                "Target": volume.get("target"),
                "ReadOnly": volume.get("read_only"),
                "Consistency": volume.get("consistency"),
            }
        )
    )
    if kind == "volume" and source:
        _add_volume(mount, stack, volume, known)
    elif kind in ("bind", "npipe") and volume.get("bind") is not None:
        mount["BindOptions"] = drop_empty({"Propagation": volume["bind"].get("propagation")})
    elif kind == "image" and volume.get("image") is not None:
        mount["ImageOptions"] = drop_empty({"Subpath": volume["image"].get("subpath")})
    elif kind == "tmpfs" and volume.get("tmpfs") is not None:
        mount["TmpfsOptions"] = drop_empty({"SizeBytes": volume["tmpfs"].get("size")})
    elif kind == "cluster":
        mount["ClusterOptions"] = {}
        if not source.startswith("group:"):
            mount["Source"] = _declared(source, known).get("name") or f"{stack}_{source}"
    return mount


def _declared(source: str, known: dict[str, Json]) -> Json:
    if source not in known:
        raise CommandError(f"undefined volume {quote(source)}")
    return known[source]


def _add_volume(mount: Json, stack: str, volume: Json, known: dict[str, Json]) -> None:
    """A named volume: the stack's own, or one that is there already."""
    source = volume["source"]
    declared = _declared(source, known)
    own = volume.get("volume") or {}
    options: Json = dict(drop_empty({"NoCopy": own.get("nocopy"), "Subpath": own.get("subpath")}))
    mount["Source"] = declared.get("name") or f"{stack}_{source}"
    mount["VolumeOptions"] = options
    if declared.get("external", {}).get("external"):
        return
    options["Labels"] = {**declared.get("labels", {}), NAMESPACE: stack}
    if declared.get("driver") or declared.get("driver_opts") is not None:
        options["DriverConfig"] = drop_empty({"Name": declared.get("driver"), "Options": declared.get("driver_opts")})
