"""``/containers``: the containers of one host.  moby: ``daemon/server/router/container``, ``daemon``."""

import re
from collections.abc import Iterable

from swarmlab.api import filters
from swarmlab.api.call import Answer, Call, Later, empty, reply
from swarmlab.api.convert.containers import listed_json
from swarmlab.api.convert.create import CREATE, container_config_of
from swarmlab.api.convert.inspected import inspected_json
from swarmlab.api.errors import JSON
from swarmlab.api.exec import size_of
from swarmlab.api.filters import Filters
from swarmlab.api.networks import refuse_attachment
from swarmlab.api.streams import StatsStream, WaitStream, stats_json
from swarmlab.core.agent import images
from swarmlab.core.agent.container import Container, ContainerState
from swarmlab.core.agent.signals import signal_number
from swarmlab.core.network.local import BRIDGE, PREDEFINED
from swarmlab.core.units import SECOND
from swarmlab.errors import Conflict, InvalidArgument, NotFound, SwarmlabError, Unknown
from swarmlab.wire import Response

FILTERS = (
    "ancestor", "before", "expose", "exited", "health", "id", "isolation", "is-task", "label", "name", "network",
    "publish", "since", "status", "volume",
)  # fmt: skip
_STATES = ("created", "running", "paused", "restarting", "removing", "exited", "dead")
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_PORTS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/[a-z]+)?")
_OWN_NETWORKS = ("default", "", *PREDEFINED)


# --- list ---------------------------------------------------------------------------------------------


def list_(call: Call) -> Response:
    """``GET /containers/json``."""
    limit = _limit(call)
    wanted = filters.read(call, FILTERS)
    wanted.check("status", lambda value: value in _STATES)
    everything = call.flag("all") or limit > 0 or "status" in wanted or "exited" in wanted
    newest_first = reversed(list(call.engine.containers.values()))
    found = [c for c in newest_first if (everything or c.is_running) and _matches(call, c, wanted)]
    chosen = found[:limit] if limit > 0 else found
    return reply(
        [
            listed_json(c, images.find(c.image_id), call.now, modern=call.is_modern, network_id=_network_id(call, c))
            for c in chosen
        ]
    )


def _network_id(call: Call, container: Container) -> str:
    """Return the id of the engine's own network that a container was made for, "" if there is none."""
    mode = container.config.network_mode
    network = call.engine.networks.find(BRIDGE if mode in ("default", "") else mode)
    return network.id if network is not None else ""


def _limit(call: Call) -> int:
    text = call.param("limit")
    if not text:
        return 0
    if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
        raise Unknown(f'strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text)


def _matches(call: Call, container: Container, wanted: Filters) -> bool:
    """Whether a list with these filters shows the container (moby ``daemon/list.go``)."""
    config = container.config
    image = images.find(container.image_id)
    names = (container.name, f"/{container.name}")
    order = list(call.engine.containers)
    place = order.index(container.id) if "before" in wanted or "since" in wanted else 0
    return (
        (wanted.match("name", names[0]) or wanted.match("name", names[1]))
        and wanted.prefix("id", container.id)
        and wanted.labels("label", config.labels)
        and wanted.exact("status", str(container.state))
        and ("exited" not in wanted or _exited(container, wanted))
        and wanted.exact("health", container.health.status or "none")
        and wanted.exact("isolation", "default")
        and ("is-task" not in wanted or wanted.truth("is-task", True) is bool(container.task_id))
        and ("network" not in wanted or _is_on(container, wanted))
        and ("ancestor" not in wanted or any(images.find(a) == image for a in wanted.get("ancestor")))
        and all(place < order.index(call.engine.find(other).id) for other in wanted.get("before"))
        and all(place > order.index(call.engine.find(other).id) for other in wanted.get("since"))
        and ("volume" not in wanted or any(m.source in wanted.get("volume") for m in config.mounts))
        and ("publish" not in wanted or _has_port(wanted.get("publish"), [p.published for p in container.ports]))
        and ("expose" not in wanted or _has_port(wanted.get("expose"), _exposed(container)))
    )


def _exited(container: Container, wanted: Filters) -> bool:
    for code in wanted.get("exited"):
        if not re.fullmatch(r"-?\d{1,9}", code):
            raise InvalidArgument(f"invalid filter 'exited={code}'")
    codes = [int(code) for code in wanted.get("exited")]
    return not container.is_running and bool(container.started_at) and container.exit_code in codes


def _is_on(container: Container, wanted: Filters) -> bool:
    on = {i.network for i in container.interfaces} | {i.network_id for i in container.interfaces}
    return any(value in on for value in wanted.get("network"))


def _exposed(container: Container) -> list[int]:
    image = images.find(container.image_id)
    names = (*(image.exposed if image else ()), *container.config.exposed)
    return [int(name.partition("/")[0]) for name in names]


def _has_port(wanted: Iterable[str], ports: list[int]) -> bool:
    """Whether one of `ports` is asked for, as ``80``, ``80/tcp`` or ``8000-8080``."""
    for text in wanted:
        match = _PORTS.fullmatch(text)
        if match and any(int(match[1]) <= port <= int(match[2] or match[1]) for port in ports):
            return True
    return False


def inspect(call: Call) -> Response:
    """``GET /containers/{id}/json``."""
    container = call.engine.find(call.args["id"])
    execs = [e.id for e in call.engine.execs.values() if e.container_id == container.id and e.running]
    image = images.find(container.image_id)
    network_id = _network_id(call, container)
    return reply(inspected_json(container, image, execs, modern=call.is_modern, network_id=network_id))


# --- a container's life -------------------------------------------------------------------------------


def create(call: Call) -> Response:
    """``POST /containers/create``."""
    json = call.json(CREATE)
    if not call.request.body and call.is_modern:
        raise InvalidArgument("invalid JSON: got EOF while reading request body")
    if not set(json) - {"HostConfig", "NetworkingConfig"}:
        first = "config" if call.is_modern else "Config"
        raise InvalidArgument(f"{first} cannot be empty in order to create a container")
    name = call.param("name").removeprefix("/")
    _check_name(name)
    config = container_config_of(json, name)
    if config.network_mode.startswith("container:"):
        call.engine.find(config.network_mode.removeprefix("container:"))
    container = call.engine.create(config)
    return reply({"Id": container.id, "Warnings": []}, 201)


def _check_name(name: str) -> None:
    if name and not _NAME.fullmatch(name):
        raise InvalidArgument(f"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")


def start(call: Call) -> Response:
    """``POST /containers/{id}/start``."""
    container = call.engine.find(call.args["id"])
    if container.state is ContainerState.PAUSED:
        raise Conflict("cannot start a paused container, try unpause instead")
    if container.is_running:
        return empty(304)
    _start(call, container)
    return empty(204)


def _start(call: Call, container: Container) -> None:
    try:
        _check_network(call, container)
        call.engine.start(container)
    except SwarmlabError:
        if not container.exit_code:
            container.exit_code = 128
        if container.config.auto_remove:
            call.engine.remove(container, force=True)
        raise
    call.app.runs.begin(call.host.name, container)


def _check_network(call: Call, container: Container) -> None:
    """Refuse to start where the network that was asked for is not to be had."""
    mode = container.config.network_mode
    if container.task_id or mode in _OWN_NETWORKS:
        return
    if mode.startswith("container:"):
        owner = call.engine.find(mode.removeprefix("container:"))
        if not owner.is_running:
            raise Conflict(f"cannot join network of a non running container: {owner.id}")
        return
    if call.engine.networks.find(mode) is not None:
        return
    prefix = "failed to set up container networking: " if call.is_modern else ""
    store = call.swarm.store if call.swarm is not None else None
    network = store and (store.network(mode) or store.named("network", mode))
    try:
        if not network:
            raise NotFound(f"network {mode} not found")
        refuse_attachment(network)
    except SwarmlabError as error:
        raise type(error)(f"{prefix}{error}") from None


def stop(call: Call) -> Answer:
    """``POST /containers/{id}/stop``: answered when the container has stopped."""
    grace = _grace(call)
    container = call.engine.find(call.args["id"])
    if not container.is_running:
        return empty(304)
    call.engine.stop(container, grace)
    return _when_over(container)


def restart(call: Call) -> Answer:
    """``POST /containers/{id}/restart``: answered when the container runs again."""
    grace = _grace(call)
    container = call.engine.find(call.args["id"])
    _check_network(call, container)
    epoch = container.epoch
    was_running = container.is_running
    call.engine.restart(container, grace)
    call.app.runs.begin(call.host.name, container)
    wanted = epoch + (2 if was_running else 1)

    def poll() -> Response | None:
        return empty(204) if container.gone or container.epoch >= wanted else None

    return Later(poll)


def kill(call: Call) -> Answer:
    """``POST /containers/{id}/kill``."""
    signal = call.param("signal") or "KILL"
    container = call.engine.find(call.args["id"])
    number = signal_number(signal)
    try:
        call.engine.signal(container, signal)
    except Conflict as error:
        text = str(error) if call.is_modern else f"Container {container.id} is not running"
        prefix = "cannot" if call.is_modern else "Cannot"
        raise Conflict(f"{prefix} kill container: {call.args['id']}: {text}") from None
    return _when_over(container) if number == signal_number("KILL") else empty(204)


def _when_over(container: Container) -> Later:
    """Answer once this life of the container has ended."""
    epoch = container.epoch

    def poll() -> Response | None:
        return empty(204) if container.gone or not container.is_running or container.epoch != epoch else None

    return Later(poll)


def _grace(call: Call) -> int | None:
    """Return how long a container may take to stop, None for its own setting.  Raises InvalidArgument."""
    text = call.param("t")
    if not text:
        return None
    if not re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII):
        raise InvalidArgument(f'strconv.Atoi: parsing "{text}": invalid syntax')
    seconds = int(text)
    return seconds * SECOND if seconds >= 0 else 365 * 24 * 3600 * SECOND


def delete(call: Call) -> Response:
    """``DELETE /containers/{id}``."""
    container = call.engine.find(call.args["id"])
    call.engine.remove(container, force=call.flag("force"))
    return empty(204)


def rename(call: Call) -> Response:
    """``POST /containers/{id}/rename``."""
    name = call.param("name").removeprefix("/")
    if not name:
        raise InvalidArgument("Neither old nor new names may be empty")
    _check_name(name)
    call.engine.rename(call.engine.find(call.args["id"]), name)
    return empty(204)


def pause(call: Call) -> Response:
    """``POST /containers/{id}/pause``."""
    call.engine.pause(call.engine.find(call.args["id"]))
    return empty(204)


def unpause(call: Call) -> Response:
    """``POST /containers/{id}/unpause``."""
    call.engine.unpause(call.engine.find(call.args["id"]))
    return empty(204)


def prune(call: Call) -> Response:
    """``POST /containers/prune``: remove every container that does not run."""
    wanted = filters.read(call, ("label", "label!", "until"))
    gone = [
        container
        for container in list(call.engine.containers.values())
        if not container.is_running and wanted.labels("label", container.config.labels)
    ]
    for container in gone:
        call.engine.remove(container)
    return reply({"ContainersDeleted": [container.id for container in gone] or None, "SpaceReclaimed": 0})


# --- watching one -------------------------------------------------------------------------------------


def wait(call: Call) -> Response:
    """``POST /containers/{id}/wait``: the headers at once, the exit code when there is one."""
    condition = call.param("condition") or "not-running"
    container = call.engine.find(call.args["id"])
    if condition not in ("not-running", "next-exit", "removed"):
        raise InvalidArgument(f'invalid condition: "{condition}"')
    return Response(200, (JSON,), WaitStream(call.app, container, condition, modern=call.is_modern))


def resize(call: Call) -> Response:
    """``POST /containers/{id}/resize``."""
    height, width = size_of(call)
    container = call.engine.find(call.args["id"])
    if not container.is_running:
        raise Conflict(f"container {container.id} is not running")
    run = call.app.runs.main(call.host.name, container)
    if run is not None:
        run.resize(height, width)
    return empty()


def top(call: Call) -> Response:
    """``GET /containers/{id}/top``."""
    container = call.engine.find(call.args["id"])
    if not container.is_running:
        raise Conflict(f"container {container.id} is not running")
    processes = [(container.pid, container.argv)]
    processes += [(e.pid, e.argv) for e in call.engine.execs.values() if e.container_id == container.id and e.running]
    user = container.config.user or "root"
    rows = [[user, str(pid), "1", "0", "00:00", "?", "00:00:00", " ".join(argv)] for pid, argv in processes]
    return reply({"Processes": rows, "Titles": ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]})


def stats(call: Call) -> Response:
    """``GET /containers/{id}/stats``."""
    container = call.engine.find(call.args["id"])
    if call.has("stream") and not call.flag("stream"):
        return reply(stats_json(call.host, container, call.now))
    return Response(200, (JSON,), StatsStream(call.app, call.host, container))
