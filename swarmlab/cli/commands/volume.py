"""``docker volume``.  docker/cli: cli/command/volume.  Cluster volumes need a CSI plugin, which nobody has here."""

from functools import partial
from typing import Any

from swarmlab.cli.command import Call, Command, max_args, min_args, no_args
from swarmlab.cli.commands.common import FORMAT, INSPECT_FORMAT, confirmed
from swarmlab.cli.errors import CommandError, join_errors
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.formatter.context import write
from swarmlab.cli.formatter.inspect import Found, inspect
from swarmlab.cli.formatter.text import NaturalKey
from swarmlab.cli.formatter.volume import VolumeRow, list_format
from swarmlab.cli.options import checks
from swarmlab.cli.units import human_size
from swarmlab.cli.values import Bytes, Filter, List, Map, String

_PRUNE = "WARNING! This will remove {} volumes not used by at least one container.\nAre you sure you want to continue?"


def _create(call: Call) -> None:
    name = call.args[0] if call.args else ""
    body = {"Name": name, "Driver": call["driver"], "DriverOpts": call["opt"], "Labels": checks.pairs(call["label"])}
    call.out(call.engine.post("/volumes/create", body)["Name"])


def _inspect(call: Call) -> None:
    def find(name: str) -> Found:
        return Found("volume.Volume", call.engine.raw(f"/volumes/{name}"))

    inspect(call.args, call["format"], find, call.env.stdout)


def _list(call: Call) -> None:
    volumes = call.engine.get("/volumes", filters=call["filter"]).get("Volumes") or []
    volumes.sort(key=lambda volume: NaturalKey(volume["Name"]))
    form = list_format(call["format"] or "table", call["quiet"])
    call.env.stdout.write(write(form, VolumeRow, [VolumeRow(volume) for volume in volumes]))


def _prune(call: Call) -> None:
    filters = call["filter"]
    if call["all"]:
        if "all" in filters:
            raise CommandError("conflicting options: cannot specify both --all and --filter all=1")
        filters["all"] = {"true": True}
    if not call["force"] and not confirmed(call, _PRUNE.format("all" if call["all"] else "anonymous local")):
        return
    done = call.engine.post("/volumes/prune", filters=filters)
    removed = done.get("VolumesDeleted") or []
    if removed:
        call.out("Deleted Volumes:\n" + "\n".join(removed) + "\n")
    call.out(f"Total reclaimed space: {human_size(done.get('SpaceReclaimed') or 0)}")


def _remove(call: Call) -> None:
    errors: list[CommandError] = []
    for name in call.args:
        try:
            call.engine.delete(f"/volumes/{name}", force=call["force"])
            call.out(name)
        except CommandError as error:
            errors.append(error)
    join_errors(errors)


_OF_CLUSTERS: tuple[Any, ...] = (
    flag("availability", 'Cluster Volume availability ("active", "pause", "drain")', lambda: String("active"),
         version="1.42"),
    flag("group", "Cluster Volume group (cluster volumes)", version="1.42"),
    flag("limit-bytes", "Minimum size of the Cluster Volume in bytes", Bytes, version="1.42"),
    flag("required-bytes", "Maximum size of the Cluster Volume in bytes", Bytes, version="1.42"),
    flag("scope", 'Cluster Volume access scope ("single", "multi")', lambda: String("single"), version="1.42"),
    flag("secret", "Cluster Volume secrets", Map, version="1.42"),
    flag("sharing", 'Cluster Volume access sharing ("none", "readonly", "onewriter", "all")', lambda: String("none"),
         version="1.42"),
    flag("topology-preferred", "A topology that the Cluster Volume would be preferred in", List, version="1.42"),
    flag("topology-required", "A topology that the Cluster Volume must be accessible from", List, version="1.42"),
    flag("type", 'Cluster Volume access type ("mount", "block")', lambda: String("block"), version="1.42"),
)  # fmt: skip


def command() -> Command:
    """Return the group with its commands."""
    return Command("volume COMMAND", "Manage volumes", None, no_args).add(
        Command("create [OPTIONS] [VOLUME]", "Create a volume", _create, max_args(1), (
            flag("driver", "Specify volume driver name", lambda: String("local"), short="d"),
            flag("label", "Set metadata for a volume", partial(List, checks.label)),
            flag("opt", "Set driver specific options", Map, short="o"),
            *_OF_CLUSTERS,
        )),
        Command("inspect [OPTIONS] VOLUME [VOLUME...]", "Display detailed information on one or more volumes",
                _inspect, min_args(1), (INSPECT_FORMAT,)),
        Command("ls [OPTIONS]", "List volumes", _list, no_args, (
            switch("quiet", "Only display volume names", short="q"),
            FORMAT,
            flag("filter", 'Provide filter values (e.g. "dangling=true")', Filter, short="f"),
            switch("cluster", "Display only cluster volumes, and use cluster volume list formatting", version="1.42"),
        ), aliases=("list",)),
        Command("prune [OPTIONS]", "Remove unused local volumes", _prune, no_args, (
            switch("all", "Remove all unused volumes, not just anonymous ones", short="a", version="1.42"),
            switch("force", "Do not prompt for confirmation", short="f"),
            flag("filter", 'Provide filter values (e.g. "label=<label>")', Filter),
        )),
        Command(
            "rm [OPTIONS] VOLUME [VOLUME...]", "Remove one or more volumes", _remove, min_args(1),
            (switch("force", "Force the removal of one or more volumes", short="f"),), aliases=("remove",),
            long="Remove one or more volumes. You cannot remove a volume that is in use by a container.",
        ),
    )  # fmt: skip
