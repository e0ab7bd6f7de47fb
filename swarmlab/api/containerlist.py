"""``GET /containers/json``: which containers of a host a list shows.  moby: ``daemon/list.go``."""

import re
from collections.abc import Iterable

from swarmlab.api import filters
from swarmlab.api.call import Call, quote, reply
from swarmlab.api.convert.containers import listed_json
from swarmlab.api.filters import Filters
from swarmlab.core.agent import images
from swarmlab.core.agent.container import Container
from swarmlab.errors import InvalidArgument, Unknown
from swarmlab.wire import Response

FILTERS = (
    "ancestor", "before", "expose", "exited", "health", "id", "isolation", "is-task", "label", "name", "network",
    "publish", "since", "status", "volume",
)  # fmt: skip
_HEALTH = ("none", "starting", "healthy", "unhealthy")
_STATES = ("created", "running", "paused", "restarting", "removing", "exited", "dead")
_PORTS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/[a-z]+)?")


def list_(call: Call) -> Response:
    """``GET /containers/json``."""
    limit = _limit(call)
    wanted = filters.read(call, FILTERS)
    _check_filters(call, wanted)
    everything = call.flag("all") or limit > 0 or "status" in wanted or "exited" in wanted
    newest_first = reversed(list(call.engine.containers.values()))
    found = [c for c in newest_first if (everything or c.is_running) and _matches(call, c, wanted)]
    chosen = found[:limit] if limit > 0 else found
    now, own = call.now, call.engine.networks
    return reply([listed_json(c, images.find(c.image_id), now, modern=call.is_modern, networks=own) for c in chosen])


def _check_filters(call: Call, wanted: Filters) -> None:
    """Refuse values that no container can have."""
    for key, what, known in (("status", "state", _STATES), ("health", "health", _HEALTH)):
        for value in wanted.get(key):
            if value not in known:
                why = f": invalid value for {what} ({value}): must be one of {', '.join(known)}"
                if key == "health" and not call.is_modern:
                    raise InvalidArgument(f"Unrecognised filter value for health: {value}")
                filters.refuse(call, key, value, why if call.is_modern else "")
    for code in wanted.get("exited"):
        if not re.fullmatch(r"[+-]?\d{1,18}", code, re.ASCII):
            why = f"strconv.Atoi: parsing {quote(code)}: invalid syntax"
            if not call.is_modern:
                raise Unknown(why)
            filters.refuse(call, "exited", code, f": {why}")
    for key in ("publish", "expose"):
        for port in wanted.get(key):
            if not _PORTS.fullmatch(port):
                number = port.partition("/")[0].partition("-")[0]
                why = f"strconv.ParseUint: parsing {quote(number)}: invalid syntax"
                raise Unknown(f"error while looking up for {key} {port}: {why}")


def _limit(call: Call) -> int:
    text = call.param("limit")
    if not text:
        return 0
    if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
        raise Unknown(f'strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text)


def _matches(call: Call, container: Container, wanted: Filters) -> bool:
    """Whether a list with these filters shows the container."""
    config = container.config
    image = images.find(container.image_id)
    names = (container.name, f"/{container.name}")
    order = list(call.engine.containers)
    place = order.index(container.id) if "before" in wanted or "since" in wanted else 0
    return (
        (wanted.match("name", names[0]) or wanted.match("name", names[1]))
        and wanted.prefix("id", container.id)
        and wanted.labels("label", container.labels)
        and wanted.exact("status", str(container.state))
        and ("exited" not in wanted or _exited(container, wanted))
        and wanted.exact("health", container.health.status or "none")
        and wanted.exact("isolation", "default")
        and ("is-task" not in wanted or wanted.truth(call, "is-task", True) is bool(container.task_id))
        and ("network" not in wanted or _is_on(container, wanted))
        and ("ancestor" not in wanted or any(images.find(a) == image for a in wanted.get("ancestor")))
        and all(place < order.index(call.engine.find(other).id) for other in wanted.get("before"))
        and all(place > order.index(call.engine.find(other).id) for other in wanted.get("since"))
        and ("volume" not in wanted or any(m.source in wanted.get("volume") for m in config.mounts))
        and ("publish" not in wanted or _has_port(wanted.get("publish"), [p.published for p in container.ports]))
        and ("expose" not in wanted or _has_port(wanted.get("expose"), _exposed(container)))
    )


def _exited(container: Container, wanted: Filters) -> bool:
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
