"""What may be typed next on a ``docker`` command line: commands, flags, values of flags, names of what is there.

docker/cli: cli/command/completion, and the ``ValidArgsFunction`` and ``RegisterFlagCompletionFunc`` of each command.
Where the real docker offers nothing (names of secrets, the roles of a join token), this one does.
"""

from collections.abc import Callable, Sequence

from swarmlab.cli.api import Engine
from swarmlab.cli.command import Command
from swarmlab.cli.errors import CommandError
from swarmlab.cli.flags import Flag

Names = Callable[[Engine], list[str]]


def _listed(path: str, *keys: str, **query: object) -> Names:
    """Return a function that asks for a list and takes the names at `keys` of each member."""

    def names(engine: Engine) -> list[str]:
        found = []
        for item in engine.get(path, **query) or []:
            for key in keys:
                item = (item or {}).get(key)
            found += item if isinstance(item, list) else [item] if item else []
        return [str(name).removeprefix("/") for name in found]

    return names


def _volumes(engine: Engine) -> list[str]:
    return [volume["Name"] for volume in engine.get("/volumes").get("Volumes") or []]


def _containers(*states: str) -> Names:
    filters = {"status": dict.fromkeys(states, True)} if states else None
    return _listed("/containers/json", "Names", all=True, filters=filters)


def _stacks(engine: Engine) -> list[str]:
    label = "com.docker.stack.namespace"
    services = engine.get("/services", filters={"label": {label: True}})
    return [service["Spec"]["Labels"][label] for service in services]


def _either(*sources: Names) -> Names:
    def names(engine: Engine) -> list[str]:
        found = []
        for source in sources:
            found += _asked(source, engine)  # a worker knows no services, but it has containers
        return found

    return names


def _words(*words: str) -> Names:
    return lambda engine: list(words)


_SERVICES = _listed("/services", "Spec", "Name")
_NODES = _either(_listed("/nodes", "Description", "Hostname"), _words("self"))
_NETWORKS = _listed("/networks", "Name")
_SECRETS = _listed("/secrets", "Spec", "Name")
_CONFIGS = _listed("/configs", "Spec", "Name")
_IMAGES = _listed("/images/json", "RepoTags")
_ALL, _RUNNING, _STOPPED = _containers(), _containers("running"), _containers("created", "exited")

#: Command → what each of its arguments names; the last one goes for all that follow, None: nothing.
_ARGUMENTS: dict[str, tuple[Names | None, ...]] = {
    **{f"service {verb}": (_SERVICES,) for verb in ("inspect", "ps", "rm")},
    **{f"service {verb}": (_SERVICES, None) for verb in ("update", "rollback", "logs")},
    "service scale": (lambda engine: [f"{name}=" for name in _SERVICES(engine)],),
    "service create": (_IMAGES, None),
    **{f"node {verb}": (_NODES,) for verb in ("inspect", "ps", "rm", "promote", "demote")},
    "node update": (_NODES, None),
    **{f"network {verb}": (_NETWORKS,) for verb in ("inspect", "rm")},
    **{f"network {verb}": (_NETWORKS, _ALL, None) for verb in ("connect", "disconnect")},
    **{f"secret {verb}": (_SECRETS,) for verb in ("inspect", "rm")},
    **{f"config {verb}": (_CONFIGS,) for verb in ("inspect", "rm")},
    **{f"stack {verb}": (_stacks, None) for verb in ("ps", "services", "deploy")},
    "stack rm": (_stacks,),
    "swarm join-token": (_words("worker", "manager"), None),
    **{f"volume {verb}": (_volumes,) for verb in ("inspect", "rm")},
    **dict.fromkeys(("container inspect", "restart", "wait", "unpause"), (_ALL,)),
    **dict.fromkeys(("rename", "port"), (_ALL, None)),
    **dict.fromkeys(("rmi", "image rm"), (_IMAGES,)),
    "top": (_RUNNING, None),
    "image inspect": (_IMAGES,),
    "images": (_IMAGES, None),
    "inspect": (_either(_ALL, _IMAGES, _NETWORKS, _SERVICES, _NODES, _SECRETS, _CONFIGS),),
    **dict.fromkeys(("stop", "kill", "pause"), (_RUNNING,)),
    **dict.fromkeys(("start", "rm"), (_STOPPED,)),
    "logs": (_ALL, None),
    "exec": (_RUNNING, None),
    "run": (_IMAGES, None),
}

_ORDER, _FAILURE = _words("start-first", "stop-first"), _words("pause", "continue", "rollback")
#: Flag → its values, whichever command it belongs to.
_VALUES: dict[str, Names] = {
    "mode": _words("replicated", "global", "replicated-job", "global-job"),
    "update-order": _ORDER,
    "rollback-order": _ORDER,
    "update-failure-action": _FAILURE,
    "rollback-failure-action": _words("pause", "continue"),
    "restart-condition": _words("none", "on-failure", "any"),
    "endpoint-mode": _words("vip", "dnsrr"),
    "availability": _words("active", "pause", "drain"),
    "role": _words("worker", "manager"),
    "pull": _words("always", "missing", "never"),
    "restart": _words("no", "always", "on-failure", "unless-stopped"),
    "resolve-image": _words("always", "changed", "never"),
    "scope": _words("local", "swarm"),
    "driver": _words("overlay", "bridge"),
    "log-level": _words("debug", "info", "warn", "error", "fatal", "panic"),
    "type": _words("config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"),
    "format": _words("json", "table"),
    "image": _IMAGES,
    **dict.fromkeys(("network", "network-add", "network-rm"), _NETWORKS),
    **dict.fromkeys(("secret", "secret-add", "secret-rm"), _SECRETS),
    **dict.fromkeys(("config", "config-add", "config-rm"), _CONFIGS),
}
#: Arguments and values of flags that are files.
_FILE_ARGUMENTS = {"secret create": 1, "config create": 1}
_FILE_FLAGS = frozenset(("compose-file", "env-file", "label-file"))

#: What stands for "the names of files here", which only the shell knows.
FILES = ["\0files"]


def complete(root: Command, words: Sequence[str], fragment: str, engine: Engine) -> list[str]:
    """Return, in order, what may stand at the end of a line: ``docker``, then `words`, then `fragment`.

    All begin with `fragment`; or it is `FILES`.
    """
    command, given, waiting = _place(root, words)
    command.load()
    flag, equals, value = fragment.partition("=")
    if waiting is not None:
        found = _flag_values(waiting, engine)
    elif fragment.startswith("--") and equals:
        known = command.flag_set().lookup(flag[2:])
        found = _flag_values(known, engine) if known is not None else []
        return FILES if found is FILES else [f"{flag}={word}" for word in _fitting(found, value)]
    elif fragment.startswith("-"):
        found = _flags(command, engine, fragment)
    elif command.children:
        found = [child.name for child in command.children] if given == 0 else []
    else:
        found = _arguments(command, given, engine)
    return FILES if found is FILES else _fitting(found, fragment)


def _fitting(found: Sequence[str], fragment: str) -> list[str]:
    return sorted(word for word in set(found) if word.startswith(fragment))


def _place(command: Command, words: Sequence[str]) -> tuple[Command, int, Flag | None]:
    """Return the command that the words lead to, how many arguments it has, and the flag that waits for its value."""
    given, waiting = 0, None
    flags = command.flag_set()
    for word in words:
        if waiting is not None:
            waiting = None
        elif word.startswith("-") and len(word) > 1:
            found = flags.lookup(word[2:]) if word.startswith("--") else flags.short(word[-1])
            waiting = found if found is not None and "=" not in word and not found.value.no_option else None
        elif not given and (child := command.child(word)) is not None:
            command, flags = child, child.flag_set()
        else:
            given += 1
    return command, given, waiting


def _flags(command: Command, engine: Engine, fragment: str) -> list[str]:
    from swarmlab.cli.version import older

    found = []
    for flag in command.flag_set():
        decl = flag.decl
        if decl.hidden or (decl.version and older(engine.version, decl.version)):
            continue
        found.append(f"--{decl.name}")
        if decl.short and not fragment.startswith("--"):
            found.append(f"-{decl.short}")
    return found


def _flag_values(flag: Flag, engine: Engine) -> list[str]:
    if flag.decl.name in _FILE_FLAGS:
        return FILES
    source = _VALUES.get(flag.decl.name)
    return _asked(source, engine) if source is not None else []


def _arguments(command: Command, given: int, engine: Engine) -> list[str]:
    path = command.path.removeprefix("docker ")
    if _FILE_ARGUMENTS.get(path) == given:
        return FILES
    kinds = _ARGUMENTS.get(path) or _ARGUMENTS.get(path.removeprefix("container "))
    source = kinds[min(given, len(kinds) - 1)] if kinds else None
    return _asked(source, engine) if source is not None else []


def _asked(source: Names, engine: Engine) -> list[str]:
    """Return names; none where the engine does not tell."""
    try:
        return source(engine)
    except CommandError:
        return []
