"""``/containers``: the containers of one host.  moby: ``daemon/server/router/container``, ``daemon``.

Which of them a list shows: `containerlist`.
"""

import re

from swarmlab.api.call import Answer, Call, Later, empty, quote, reply
from swarmlab.api.connections import attacher_of, refuse_attachment
from swarmlab.api.convert.create import CREATE, container_config_of
from swarmlab.api.convert.inspected import inspected_json
from swarmlab.api.endpoints import check_made, check_started
from swarmlab.api.errors import JSON
from swarmlab.api.exec import size_of
from swarmlab.api.images import check_reference
from swarmlab.api.pruning import Pruning
from swarmlab.api.settings import check_settings
from swarmlab.api.streams import StatsStream, WaitStream, stats_json
from swarmlab.core.agent import images
from swarmlab.core.agent.container import Container, ContainerState
from swarmlab.core.agent.processes import processes
from swarmlab.core.agent.signals import is_supported, signal_number
from swarmlab.core.units import SECOND
from swarmlab.errors import Conflict, InvalidArgument, NotFound, SwarmlabError, Unknown
from swarmlab.wire import Response

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_OLD_MAC = "The container-wide MacAddress field is now deprecated. It should be specified in EndpointsConfig instead."
_ALLOWED = "only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"


def inspect(call: Call) -> Response:
    """``GET /containers/{id}/json``."""
    container = call.engine.find(call.args["id"])
    execs = [process.id for process in call.engine.execs.running(container)]
    image = images.find(container.image_id)
    networks = call.engine.networks
    return reply(inspected_json(container, image, execs, modern=call.is_modern, networks=networks))


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
    if name and not _NAME.fullmatch(name):
        raise InvalidArgument(f"Invalid container name ({name}), {_ALLOWED}")
    check_settings(call, json)
    config = container_config_of(json, name)
    try:
        if not config.image:
            raise InvalidArgument("no command specified")
        check_reference(call, config.image)
        check_made(call, config.endpoints or ())
        container = call.engine.create(config)
    except InvalidArgument as error:
        raise error if call.is_modern else InvalidArgument(_in_old_words(str(error))) from None
    warnings = [_OLD_MAC] if json.get("MacAddress") and call.at_least(1, 44) else []
    return reply({"Id": container.id, "Warnings": warnings}, 201)


def _in_old_words(text: str) -> str:
    """Return a refusal as engines before 23.0 put it."""
    return text[0].upper() + text[1:] if text.startswith(("invalid signal", "no command")) else text


def start(call: Call) -> Answer:
    """``POST /containers/{id}/start``: answered at once, or when the swarm has found a place for the container."""
    container = call.engine.find(call.args["id"])
    if container.state is ContainerState.PAUSED:
        raise Conflict("cannot start a paused container, try unpause instead")
    if container.is_running:
        return empty(304)
    try:
        _check_network(call, container)
        if call.engine.wiring.foreign(container):
            return _start_in_swarm(call, container)
        call.engine.start(container)
    except SwarmlabError as error:
        if not container.exit_code:
            container.exit_code, container.error = 128, str(error)
        if container.config.auto_remove:
            call.engine.remove(container, force=True)
        raise
    call.app.runs.begin(call.host.name, container)
    return empty(204)


def _start_in_swarm(call: Call, container: Container) -> Later:
    """Start a container that first needs places on networks of the swarm."""
    attacher, epoch = attacher_of(call), container.epoch
    attacher.ask(container)

    def poll() -> Response | None:
        if attacher.is_waiting(container):
            return None
        if container.epoch == epoch:
            raise Unknown(f"{call.simulation.profile.networking}{attacher.refusal(container)}")
        call.app.runs.begin(call.host.name, container)
        return empty(204)

    return Later(poll)


def _check_network(call: Call, container: Container) -> None:
    """Refuse to start where a network that was asked for is not to be had."""
    mode = container.config.network_mode
    if mode.startswith("container:"):
        _check_owner(call, mode.removeprefix("container:"))
    foreign = [] if container.task_id else call.engine.wiring.foreign(container)
    if not call.is_modern:
        check_started(call, container.wishes)
    try:
        if foreign and call.swarm is None:
            raise NotFound(f"network {foreign[0].network} not found")
        for wish in foreign:
            refuse_attachment(call, wish)
        if call.is_modern:
            check_started(call, container.wishes)
    except SwarmlabError as error:
        raise type(error)(f"{call.simulation.profile.networking}{error}") from None


def _check_owner(call: Call, reference: str) -> None:
    """Refuse to share the network of a container that is not there or does not run."""
    try:
        owner = call.engine.find(reference)
    except SwarmlabError as error:
        prefix = "joining network namespace of container: " if call.is_modern else ""
        raise type(error)(f"{prefix}{error}") from None
    if owner.is_running:
        return
    if not call.is_modern:
        raise Conflict(f"cannot join network of a non running container: {owner.id}")
    raise Conflict(f"cannot join network namespace of a non running container: container {reference} is {owner.state}")


def stop(call: Call) -> Answer:
    """``POST /containers/{id}/stop``: answered when the container has stopped."""
    grace = _grace(call)
    container = call.engine.find(call.args["id"])
    if not container.is_running:
        return empty(304)
    try:
        call.engine.stop(container, grace, call.param("signal"))
    except InvalidArgument as error:
        raise Unknown(f"cannot stop container: {call.args['id']}: {error}") from None
    return _when_over(container)


def restart(call: Call) -> Answer:
    """``POST /containers/{id}/restart``: answered when the container runs again."""
    grace = _grace(call)
    container = call.engine.find(call.args["id"])
    try:
        _check_network(call, container)
    except SwarmlabError as error:
        raise type(error)(f"Cannot restart container {call.args['id']}: {error}") from None
    epoch = container.epoch
    was_running = container.is_running
    try:
        call.engine.restart(container, grace, call.param("signal"))
    except InvalidArgument as error:
        raise Unknown(f"Cannot restart container {call.args['id']}: {error}") from None
    call.app.runs.begin(call.host.name, container)
    wanted = epoch + (2 if was_running else 1)

    agent = call.simulation.agents.get(call.host.name)

    def poll() -> Response | None:
        if container.gone or container.epoch >= wanted:
            return empty(204)
        refused = agent.attacher.refusal(container) if agent is not None and not container.restarting else ""
        if refused and not container.is_running:
            raise Unknown(f"Cannot restart container {call.args['id']}: {call.simulation.profile.networking}{refused}")
        return None

    return Later(poll)


def kill(call: Call) -> Answer:
    """``POST /containers/{id}/kill``."""
    signal, reference = call.param("signal") or "KILL", call.args["id"]
    cannot = f"{'c' if call.is_modern else 'C'}annot kill container: {reference}"
    try:
        number = signal_number(signal)
    except InvalidArgument as error:
        text = f"{cannot}: {error}" if call.is_modern else _in_old_words(str(error))
        raise InvalidArgument(text) from None
    if not is_supported(number):
        refuse, the = (InvalidArgument, "the") if call.is_modern else (Unknown, "The")
        raise refuse(f"{cannot}: {the} linux daemon does not support signal {number}")
    try:
        container = call.engine.find(reference)
        if not container.is_running:
            raise _not_running(call, container)
        call.engine.signal(container, signal)
    except SwarmlabError as error:
        raise type(error)(f"{cannot}: {error}") from None
    return _when_over(container) if number == signal_number("KILL") else empty(204)


def _not_running(call: Call, container: Container) -> Conflict:
    return Conflict(f"{'c' if call.is_modern else 'C'}ontainer {container.id} is not running")


def _when_over(container: Container) -> Later:
    """Answer once this life of the container has ended."""
    epoch = container.epoch

    def poll() -> Response | None:
        return empty(204) if container.gone or not container.is_running or container.epoch != epoch else None

    return Later(poll)


def _grace(call: Call) -> int | None:
    """Return how long a container may take to stop, None for its own setting.  Raises Unknown if it is no number."""
    text = call.param("t")
    if not text:
        return None
    if not re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII):
        raise Unknown(f"strconv.Atoi: parsing {quote(text)}: invalid syntax")
    seconds = int(text)
    return seconds * SECOND if seconds >= 0 else 365 * 24 * 3600 * SECOND


def delete(call: Call) -> Response:
    """``DELETE /containers/{id}``."""
    reference = call.args["id"]
    container = call.engine.find(reference)
    try:
        call.engine.remove(container, force=call.flag("force"))
    except Conflict as error:
        if not call.is_modern:
            what = "Stop the container before attempting removal or force remove"
            raise Conflict(f"You cannot remove a running container {container.id}. {what}") from None
        raise Conflict(f'cannot remove container "{reference}": {error}') from None
    return empty(204)


def rename(call: Call) -> Response:
    """``POST /containers/{id}/rename``."""
    name = call.param("name").removeprefix("/")
    if not name:
        raise InvalidArgument("Neither old nor new names may be empty")
    container = call.engine.find(call.args["id"])
    if name == container.name:
        raise InvalidArgument("Renaming a container with the same name as its current name")
    cannot = "Error when allocating new name: "
    if not _NAME.fullmatch(name):
        raise InvalidArgument(f"{cannot}Invalid container name (/{name}), {_ALLOWED}")
    try:
        call.engine.rename(container, name)
    except Conflict as error:
        raise Conflict(f"{cannot}{error}") from None
    return empty(204)


def pause(call: Call) -> Response:
    """``POST /containers/{id}/pause``."""
    container = call.engine.find(call.args["id"])
    if not container.is_running:
        raise _not_running(call, container)
    call.engine.pause(container)
    return empty(204)


def unpause(call: Call) -> Response:
    """``POST /containers/{id}/unpause``."""
    container = call.engine.find(call.args["id"])
    if container.state is not ContainerState.PAUSED:
        raise Unknown(f"Container {container.id} is not paused")
    call.engine.unpause(container)
    return empty(204)


def prune(call: Call) -> Response:
    """``POST /containers/prune``: remove every container that does not run."""
    pruning = Pruning(call, "container")
    gone = [
        container
        for container in list(call.engine.containers.values())
        if not container.is_running and pruning.takes(container.labels, container.created_at)
    ]
    for container in gone:
        call.engine.remove(container)
    pruning.tell()
    return reply({"ContainersDeleted": [container.id for container in gone] or None, "SpaceReclaimed": 0})


# --- watching one -------------------------------------------------------------------------------------


def wait(call: Call) -> Response:
    """``POST /containers/{id}/wait``: the headers at once, the exit code when there is one."""
    condition = call.param("condition") or "not-running"
    if condition not in ("not-running", "next-exit", "removed"):
        raise InvalidArgument(f"invalid condition: {quote(condition)}")
    container = call.engine.find(call.args["id"])
    return Response(200, (JSON,), WaitStream(call.app, container, condition, modern=call.is_modern))


def resize(call: Call) -> Response:
    """``POST /containers/{id}/resize``."""
    height, width = size_of(call)
    container = call.engine.find(call.args["id"])
    if not container.is_running:
        raise _not_running(call, container)
    run = call.app.runs.main(call.host.name, container)
    if run is not None:
        run.resize(height, width)
    return empty()


def top(call: Call) -> Response:
    """``GET /containers/{id}/top``."""
    container = call.engine.find(call.args["id"])
    if not container.is_running:
        raise _not_running(call, container)
    user = container.config.user
    found = [(user or p.user, container.pid + p.pid - 1, p.command) for p in processes(container.argv)]
    found += [(user or "root", e.pid, " ".join(e.argv)) for e in call.engine.execs.running(container)]
    rows = [[owner, str(pid), "1", "0", "00:00", "?", "00:00:00", command] for owner, pid, command in found]
    return reply({"Processes": rows, "Titles": ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]})


def stats(call: Call) -> Response:
    """``GET /containers/{id}/stats``."""
    container = call.engine.find(call.args["id"])
    if call.has("stream") and not call.flag("stream"):
        return reply(stats_json(call.host, container, call.now))
    return Response(200, (JSON,), StatsStream(call.app, call.host, container))
