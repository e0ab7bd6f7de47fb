"""The table: every route of the API, what answers it, and whether it may change something.

One line a route.  A path's ``{name}`` is one part of it; ``{name...}`` may contain slashes (images).
``coverage.md`` is made from this table.
"""

import re
from typing import NamedTuple

from swarmlab.api import (
    attach,
    connections,
    containerlist,
    containers,
    distribution,
    events,
    exec,
    images,
    logs,
    networks,
    nodes,
    services,
    swarm,
    system,
    tasks,
    volumes,
)
from swarmlab.api.call import Answer, Call, Handler, reply
from swarmlab.api.configs import CONFIG
from swarmlab.api.secrets import SECRET
from swarmlab.errors import NotFound, NotImplementedHere


def absent(what: str) -> Handler:
    """Return a handler for what Docker can do and a simulation does not."""

    def refuse(call: Call) -> Answer:
        raise NotImplementedHere(f"swarmlab does not simulate {what}")

    return refuse


def experimental(call: Call) -> Answer:
    """Answer for what an engine does only in its experimental mode."""
    raise NotImplementedHere(
        "This experimental feature is disabled by default. Start the Docker daemon in experimental mode in order to"
        " enable it."
    )


def no_plugins(call: Call) -> Answer:
    """``GET /plugins``."""
    return reply([])


def no_plugin(call: Call) -> Answer:
    """``GET /plugins/{name}/json``."""
    raise NotFound(f'plugin "{call.args["name"]}" not found')


class Route(NamedTuple):
    """One line of the table."""

    method: str
    path: str
    handler: Handler
    writes: bool = False  # it may change something, so a session records it
    simulated: bool = True  # otherwise it is there to say no

    def pattern(self) -> re.Pattern[str]:
        """Return what the path looks like."""
        text = re.escape(self.path).replace(r"\{", "{").replace(r"\}", "}").replace(r"\.\.\.}", "...}")
        text = re.sub(r"\{(\w+)\.\.\.\}", r"(?P<\1>.+)", text)
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", text))


def get(path: str, handler: Handler, **more: bool) -> Route:
    """Return a route that only looks."""
    return Route("GET", path, handler, **more)


def post(path: str, handler: Handler, *, writes: bool = True, simulated: bool = True) -> Route:
    """Return a route that does something."""
    return Route("POST", path, handler, writes, simulated)


def delete(path: str, handler: Handler) -> Route:
    """Return a route that takes something away."""
    return Route("DELETE", path, handler, True)


ROUTES: tuple[Route, ...] = (
    get("/_ping", system.ping),
    Route("HEAD", "/_ping", system.ping_head),
    get("/version", system.version),
    get("/info", system.info),
    get("/events", events.stream),
    Route("OPTIONS", "/{route...}", system.options),
    # the swarm
    get("/swarm", swarm.inspect),
    post("/swarm/init", swarm.init),
    post("/swarm/join", swarm.join),
    post("/swarm/leave", swarm.leave),
    post("/swarm/update", swarm.update),
    get("/swarm/unlockkey", swarm.unlock_key),
    post("/swarm/unlock", swarm.unlock),
    get("/nodes", nodes.list_),
    get("/nodes/{id}", nodes.inspect),
    post("/nodes/{id}/update", nodes.update),
    delete("/nodes/{id}", nodes.delete),
    get("/services", services.list_),
    post("/services/create", services.create),
    get("/services/{id}", services.inspect),
    post("/services/{id}/update", services.update),
    delete("/services/{id}", services.delete),
    get("/services/{id}/logs", logs.service),
    get("/tasks", tasks.list_),
    get("/tasks/{id}", tasks.inspect),
    get("/tasks/{id}/logs", logs.task),
    get("/secrets", SECRET.list),
    post("/secrets/create", SECRET.create),
    get("/secrets/{id}", SECRET.inspect),
    post("/secrets/{id}/update", SECRET.update),
    delete("/secrets/{id}", SECRET.delete),
    get("/configs", CONFIG.list),
    post("/configs/create", CONFIG.create),
    get("/configs/{id}", CONFIG.inspect),
    post("/configs/{id}/update", CONFIG.update),
    delete("/configs/{id}", CONFIG.delete),
    # networks
    get("/networks", networks.list_),
    get("/networks/", networks.list_),
    post("/networks/create", networks.create),
    post("/networks/prune", networks.prune),
    get("/networks/{id...}", networks.inspect),
    delete("/networks/{id...}", networks.delete),
    post("/networks/{id...}/connect", connections.connect),
    post("/networks/{id...}/disconnect", connections.disconnect),
    # containers
    get("/containers/json", containerlist.list_),
    post("/containers/create", containers.create),
    post("/containers/prune", containers.prune),
    get("/containers/{id...}/json", containers.inspect),
    get("/containers/{id...}/logs", logs.container),
    get("/containers/{id...}/top", containers.top),
    get("/containers/{id...}/stats", containers.stats),
    post("/containers/{id...}/start", containers.start),
    post("/containers/{id...}/stop", containers.stop),
    post("/containers/{id...}/restart", containers.restart),
    post("/containers/{id...}/kill", containers.kill),
    post("/containers/{id...}/pause", containers.pause),
    post("/containers/{id...}/unpause", containers.unpause),
    post("/containers/{id...}/rename", containers.rename),
    post("/containers/{id...}/wait", containers.wait, writes=False),
    post("/containers/{id...}/resize", containers.resize, writes=False),
    post("/containers/{id...}/attach", attach.attach),
    post("/containers/{id...}/exec", exec.create),
    delete("/containers/{id...}", containers.delete),
    post("/exec/{id...}/start", exec.start),
    post("/exec/{id...}/resize", exec.resize, writes=False),
    get("/exec/{id...}/json", exec.inspect),
    # images and volumes
    get("/images/json", images.list_),
    post("/images/create", images.create),
    post("/images/prune", images.prune),
    get("/images/{name...}/json", images.inspect),
    get("/images/{name...}/history", images.history),
    delete("/images/{name...}", images.delete),
    get("/distribution/{name...}/json", distribution.inspect),
    get("/volumes", volumes.list_),
    post("/volumes/create", volumes.create),
    post("/volumes/prune", volumes.prune),
    get("/volumes/{name...}", volumes.inspect),
    delete("/volumes/{name...}", volumes.delete),
    get("/plugins", no_plugins),
    get("/plugins/{name...}/json", no_plugin),
    # what is not simulated says so
    get("/containers/{id...}/attach/ws", absent("attaching by websocket"), simulated=False),
    get("/containers/{id...}/archive", absent("copying files out of containers"), simulated=False),
    Route("HEAD", "/containers/{id...}/archive", absent("copying files out of containers"), simulated=False),
    Route("PUT", "/containers/{id...}/archive", absent("copying files into containers"), simulated=False),
    get("/containers/{id...}/changes", absent("comparing a container with its image"), simulated=False),
    get("/containers/{id...}/export", absent("exporting containers"), simulated=False),
    post("/containers/{id...}/update", absent("changing a container's resources"), writes=False, simulated=False),
    get("/containers/{id...}/checkpoints", experimental, simulated=False),
    post("/containers/{id...}/checkpoints", experimental, writes=False, simulated=False),
    Route("DELETE", "/containers/{id}/checkpoints/{checkpoint}", experimental, simulated=False),
    post("/commit", absent("making images from containers"), writes=False, simulated=False),
    post("/build", absent("building images"), writes=False, simulated=False),
    post("/build/prune", absent("building images"), writes=False, simulated=False),
    post("/build/cancel", absent("building images"), writes=False, simulated=False),
    post("/session", absent("building images"), writes=False, simulated=False),
    post("/grpc", absent("building images"), writes=False, simulated=False),
    get("/images/search", absent("searching a registry"), simulated=False),
    get("/images/get", absent("saving images"), simulated=False),
    get("/images/{name...}/get", absent("saving images"), simulated=False),
    post("/images/load", absent("loading images"), writes=False, simulated=False),
    post("/images/{name...}/push", absent("pushing to a registry"), writes=False, simulated=False),
    post("/images/{name...}/tag", absent("tagging images"), writes=False, simulated=False),
    post("/auth", absent("logging in to a registry"), writes=False, simulated=False),
    get("/system/df", absent("disk usage"), simulated=False),
    Route("PUT", "/volumes/{name...}", absent("cluster volumes"), simulated=False),
    get("/plugins/privileges", absent("plugins"), simulated=False),
    post("/plugins/pull", absent("plugins"), writes=False, simulated=False),
    post("/plugins/create", absent("plugins"), writes=False, simulated=False),
    post("/plugins/{name...}/{action}", absent("plugins"), writes=False, simulated=False),
    Route("DELETE", "/plugins/{name...}", absent("plugins"), simulated=False),
)


#: The first part of a path that may be anything.
_ANY = "{route...}"


class Table:
    """Routes by method and first part of the path, so that few patterns are tried."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._routes: dict[tuple[str, str], list[tuple[re.Pattern[str], Route]]] = {}
        self._exact: dict[tuple[str, str], Route] = {}
        for route in routes:
            if "{" not in route.path:
                self._exact[route.method, route.path] = route
            else:
                key = (route.method, route.path.split("/")[1])
                self._routes.setdefault(key, []).append((route.pattern(), route))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a request and the variable parts of its path, None if there is no such route."""
        exact = self._exact.get((method, path))
        if exact is not None:
            return exact, {}
        first = path[1:].partition("/")[0]
        for pattern, route in (*self._routes.get((method, first), ()), *self._routes.get((method, _ANY), ())):
            match = pattern.fullmatch(path)
            if match is not None:
                return route, match.groupdict()
        return None


TABLE = Table(ROUTES)
