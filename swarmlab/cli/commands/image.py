"""``docker image``, ``images`` and ``pull``.  docker/cli: cli/command/image."""

import json
from typing import Any

from swarmlab.cli.command import Call, Command, exact_args, max_args, min_args, no_args
from swarmlab.cli.commands.common import FORMAT, INSPECT_FORMAT, LIST_FILTER, confirmed
from swarmlab.cli.commands.pulling import pull
from swarmlab.cli.errors import CommandError, EngineError, join_errors
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.formatter.context import write
from swarmlab.cli.formatter.image import ImageRow, list_format, names
from swarmlab.cli.formatter.inspect import Found, inspect
from swarmlab.cli.reference import parse_reference
from swarmlab.cli.units import human_size
from swarmlab.cli.values import Bool, Filter, Strings
from swarmlab.gostrings import quote

_LIST_FLAGS = (
    switch("quiet", "Only show image IDs", short="q"),
    switch("all", "Show all images (default hides intermediate images)", short="a"),
    switch("no-trunc", "Don't truncate output"),
    switch("digests", "Show digests"),
    switch("tree", "List multi-platform images as a tree (EXPERIMENTAL)", version="1.47"),
    FORMAT,
    LIST_FILTER,
)
_PLATFORM = (
    "Inspect a specific platform of the multi-platform image.\nIf the image or the server is not multi-platform "
    "capable, the command will error out if the platform does not match.\n"
    "'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)"
)
_VARIANT = 'Remove only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")'
_VERBS = frozenset(
    ("build", "history", "import", "inspect", "list", "load", "ls", "prune", "pull", "push", "rm", "save", "tag")
)


def _list(call: Call) -> None:
    if call["tree"]:
        raise CommandError("images have one platform here, so there is no tree to show: leave --tree out")
    filters = call["filter"]
    wanted = call.args[0] if call.args else ""
    if wanted:
        filters.setdefault("reference", {})[wanted] = True
    images = call.engine.get("/images/json", all=call["all"], filters=filters)
    now = call.env.clock.now()
    form = list_format(call["format"] or "table", call["quiet"], call["digests"])
    rows = [
        ImageRow(image, name, now, cut=not call["no-trunc"])
        for image in images
        for name in names(image, call["digests"], form)
    ]
    call.env.stdout.write(write(form, ImageRow, rows))
    if wanted in _VERBS and not images and call.command.name == "images":
        call.err(f'\nNo images found matching {quote(wanted)}: did you mean "docker image {wanted}"?')


def _pull(call: Call) -> None:
    try:
        reference = parse_reference(call.args[0])
    except ValueError as error:
        raise CommandError(str(error)) from None
    plain = not reference.tag and not reference.digest
    if call["all-tags"] and not plain:
        raise CommandError("tag can't be used with --all-tags/-a")
    if plain and not call["all-tags"]:
        reference = reference._replace(tag="latest")
        if not call["quiet"]:
            call.out("Using default tag: latest")
    full = reference.name + (f":{reference.tag}" if reference.tag else "") + (
        f"@{reference.digest}" if reference.digest else "")  # fmt: skip
    pull(call, full, out=call.env.stdout, quiet=call["quiet"], all_tags=call["all-tags"], platform=call["platform"])
    call.out(full)


def _inspect(call: Call) -> None:
    platform = _platform(call["platform"]) if call["platform"] else None

    def find(name: str) -> Found:
        if not name.strip():
            raise CommandError(f"Error: No such image: {name}")
        return Found("image.InspectResponse", call.engine.raw(f"/images/{name}/json", platform=platform))

    inspect(call.args, call["format"], find, call.env.stdout)


def _remove(call: Call) -> None:
    options = {"force": call["force"], "noprune": call["no-prune"], "platforms": _platforms(call["platform"])}
    errors: list[CommandError] = []
    missing = 0
    for name in call.args:
        try:
            for done in call.engine.delete_told(f"/images/{name}", **options):
                call.out(f"Deleted: {done['Deleted']}" if done.get("Deleted") else f"Untagged: {done['Untagged']}")
        except CommandError as error:
            errors.append(error)
            missing += isinstance(error, EngineError) and error.status == 404
    if errors and call["force"] and missing == len(errors):
        call.err("\n".join(error.text for error in errors))
        return
    join_errors(errors)


def _platforms(words: list[str]) -> str | None:
    return "[" + ",".join(_platform(word) for word in words) + "]" if words else None


def _platform(word: str) -> str:
    names = zip(("os", "architecture", "variant"), word.split("/"), strict=False)
    return json.dumps(dict(names), separators=(",", ":"))


def _prune(call: Call) -> None:
    kind = "all images without at least one container associated to them" if call["all"] else "all dangling images"
    if not call["force"] and not confirmed(
        call, f"WARNING! This will remove {kind}.\nAre you sure you want to continue?"
    ):
        return
    filters = {**call["filter"], "dangling": {"false" if call["all"] else "true": True}}
    told = call.engine.post("/images/prune", filters=filters)
    if deleted := told.get("ImagesDeleted"):
        lines = (
            f"untagged: {one['Untagged']}" if one.get("Untagged") else f"deleted: {one['Deleted']}" for one in deleted
        )
        call.out("Deleted Images:\n" + "".join(line + "\n" for line in lines))
    call.out(f"Total reclaimed space: {human_size(told.get('SpaceReclaimed') or 0)}")


def _rm(use: str, **names: Any) -> Command:
    return Command(f"{use} [OPTIONS] IMAGE [IMAGE...]", "Remove one or more images", _remove, min_args(1), (
        switch("force", "Force removal of the image", short="f"),
        switch("no-prune", "Do not delete untagged parents"),
        flag("platform", _VARIANT, Strings, version="1.50"),
    ), shown_aliases="docker image rm, docker image remove, docker rmi", **names)  # fmt: skip


def rmi() -> Command:
    """Return ``docker rmi``."""
    return _rm("rmi")


def images() -> Command:
    """Return ``docker images``."""
    return Command("images [OPTIONS] [REPOSITORY[:TAG]]", "List images", _list, max_args(1), _LIST_FLAGS, top=7,
                   shown_aliases="docker image ls, docker image list, docker images")  # fmt: skip


def pull_command() -> Command:
    """Return ``docker pull``."""
    return Command("pull [OPTIONS] NAME[:TAG|@DIGEST]", "Download an image from a registry", _pull, exact_args(1), (
        switch("all-tags", "Download all tagged images in the repository", short="a"),
        switch("quiet", "Suppress verbose output", short="q"),
        flag("platform", "Set platform if server is multi-platform capable", version="1.32"),
        flag("disable-content-trust", "Skip image verification", lambda: Bool(True)),
    ), top=5, shown_aliases="docker image pull, docker pull")  # fmt: skip


def command() -> Command:
    """Return the group with its commands."""
    return Command("image", "Manage images", None, no_args).add(
        Command("inspect [OPTIONS] IMAGE [IMAGE...]", "Display detailed information on one or more images", _inspect,
                min_args(1), (INSPECT_FORMAT, flag("platform", _PLATFORM, version="1.49"))),
        Command("ls [OPTIONS] [REPOSITORY[:TAG]]", "List images", _list, max_args(1), _LIST_FLAGS, aliases=("list",),
                shown_aliases="docker image ls, docker image list, docker images"),
        Command("prune [OPTIONS]", "Remove unused images", _prune, no_args, (
            switch("all", "Remove all unused images, not just dangling ones", short="a"),
            switch("force", "Do not prompt for confirmation", short="f"),
            flag("filter", 'Provide filter values (e.g. "until=<timestamp>")', Filter),
        )),
        pull_command(),
        _rm("rm", aliases=("remove",)),
    )  # fmt: skip
