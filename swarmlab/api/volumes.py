"""``/volumes``: the named volumes of one host.  moby: ``volume/service``."""

from swarmlab.api import filters
from swarmlab.api.call import Call, empty, quote, reply
from swarmlab.api.convert.basics import Json, sorted_labels
from swarmlab.api.networkview import digest
from swarmlab.api.pruning import Pruning
from swarmlab.api.shapes import LABELS, STRING, Struct
from swarmlab.core.agent.container import Volume
from swarmlab.core.units import SECOND, rfc3339
from swarmlab.errors import Conflict, InvalidArgument, NotFound
from swarmlab.wire import Response

FILTERS = ("dangling", "driver", "label", "name")
CREATE = Struct("volume.CreateOptions", {"Name": STRING, "Driver": STRING, "DriverOpts": LABELS, "Labels": LABELS})
#: Option of the driver `local` → those that it needs beside it.
_OPTIONS: dict[str, tuple[str, ...]] = {"type": ("device",), "device": ("type",), "o": ("device", "type"), "size": ()}


def volume_json(volume: Volume) -> Json:
    """Return a volume."""
    return {
        "CreatedAt": rfc3339(volume.created_at // SECOND * SECOND),
        "Driver": volume.driver,
        "Labels": None if volume.labels is None else sorted_labels(volume.labels),
        "Mountpoint": f"/var/lib/docker/volumes/{volume.name}/_data",
        "Name": volume.name,
        "Options": None if volume.options is None else sorted_labels(volume.options),
        "Scope": "local",
    }


def _users(call: Call, name: str) -> list[str]:
    containers = call.engine.containers.values()
    return [c.id for c in containers if any(m.type == "volume" and m.source == name for m in c.config.mounts)]


def _find(call: Call) -> Volume:
    name = call.args["name"]
    volume = call.engine.volumes.get(name)
    if volume is None:
        # Where there is a manager it could be one of the swarm's (volume_routes.go, getVolumeByName).
        of_swarm = call.is_modern and call.is_manager
        raise NotFound(f"volume {name} not found" if of_swarm else f"get {name}: no such volume")
    return volume


def _no_name(call: Call) -> str:
    """Return the name that a volume without one would have got: nothing is drawn for what is not made."""
    return digest(f"volume/{call.host.name}/{call.now}")


def list_(call: Call) -> Response:
    """``GET /volumes``."""
    wanted = filters.read(call, FILTERS)
    dangling = wanted.truth(call, "dangling", False) if "dangling" in wanted else None
    found = [
        volume_json(volume)
        for name, volume in sorted(call.engine.volumes.items())
        if wanted.match("name", name)
        and wanted.exact("driver", volume.driver)
        and wanted.labels("label", volume.labels or {})
        and (dangling is None or dangling is not bool(_users(call, name)))
    ]
    return reply({"Volumes": found, "Warnings": None})


def inspect(call: Call) -> Response:
    """``GET /volumes/{name}``."""
    return reply(volume_json(_find(call)))


def create(call: Call) -> Response:
    """``POST /volumes/create``."""
    json = call.json(CREATE)
    driver = json.get("Driver", "") or "local"
    if driver != "local":
        raise NotFound(
            f"create {json.get('Name', '') or _no_name(call)}: error looking up volume plugin {driver}: plugin"
            f' "{driver}" not found'
        )
    name = json.get("Name", "")
    if len(name) == 1:
        raise InvalidArgument(
            f"create {name}: volume name is too short, names should be at least two alphanumeric characters"
        )
    if name and not (
        name[0].isascii() and name[0].isalnum() and all(c.isascii() and (c.isalnum() or c in "_.-") for c in name)
    ):
        raise InvalidArgument(
            f'create {name}: "{name}" includes invalid characters for a local volume name, only'
            ' "[a-zA-Z0-9][a-zA-Z0-9_.-]"'
            " are allowed. If you intended to pass a host directory, use absolute path"
        )
    fault = _option_fault(json.get("DriverOpts", {}))
    if fault:
        raise InvalidArgument(f"create {name or _no_name(call)}: {fault}")
    name = name or call.engine.ids.hex()
    volume = call.engine.volumes.get(name)
    if volume is None:
        volume = Volume(name, call.now, driver, json.get("Labels"), json.get("DriverOpts"))
        call.engine.volumes[name] = volume
        call.engine.emit("volume", "create", name, {"driver": driver})
    return reply(volume_json(volume), 201)


def _option_fault(options: Json) -> str:
    """Return what is wrong with the options of a volume, "" if nothing is (``volume/local/local_unix.go``)."""
    unknown = next((name for name in options if name not in _OPTIONS), None)
    if unknown is not None:
        return f"invalid option: {quote(unknown)}"
    missing = [wanted for name in options for wanted in _OPTIONS[name] if wanted not in options]
    return f"missing required option: {quote(missing[0])}" if missing else ""


def delete(call: Call) -> Response:
    """``DELETE /volumes/{name}``."""
    if call.flag("force") and call.args["name"] not in call.engine.volumes:
        return empty(204)
    volume = _find(call)
    users = _users(call, volume.name)
    if users:
        raise Conflict(f"remove {volume.name}: volume is in use - [{', '.join(users)}]")
    del call.engine.volumes[volume.name]
    call.engine.emit("volume", "destroy", volume.name, {"driver": volume.driver})
    return empty(204)


def prune(call: Call) -> Response:
    """``POST /volumes/prune``."""
    pruning = Pruning(call, "volume", ("all", "label", "label!"))
    gone = [
        name
        for name, volume in sorted(call.engine.volumes.items())
        if not _users(call, name) and pruning.takes(volume.labels or {}, volume.created_at)
    ]
    for name in gone:
        volume = call.engine.volumes.pop(name)
        call.engine.emit("volume", "destroy", name, {"driver": volume.driver})
    pruning.tell()
    return reply({"VolumesDeleted": gone or None, "SpaceReclaimed": 0})
