"""Write the history of a real swarm: look again and again, and note what is different.

One pass lists nodes, networks, services and tasks of a manager and appends a row for each that changed since the last
pass.  What begins and ends between two passes is not seen.  A row carries the engine's own time of the change where it
fits between the two passes, so that "for five seconds" is not measured with the grain of the looking; where the
clocks of engine and lab differ, the time of the pass.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import docker
import requests

from swarmlab.errors import Unavailable
from swarmlab.real import rows
from swarmlab.timeline.trace import Row, State, Trace, World

#: Seconds between two passes while somebody looks.  A pass takes about 10 ms.
EVERY = 0.25

Listing = dict[str, list[dict[str, Any]]]


class Poller:
    """The history of one swarm, as polling sees it."""

    def __init__(self, managers: Callable[[], docker.APIClient | None], now: Callable[[], int] = time.time_ns) -> None:
        """`managers`: return a client of a manager that answers, None if no engine is one.  Raises Unavailable."""
        self._managers = managers
        self._now = now
        self._names = rows.Names()
        self._previous = 0  # when the last pass began
        self._passing = threading.Lock()  # one pass at a time; taken before `lock`
        self._watchers = 0
        self._stopped = threading.Event()
        self.trace = Trace()
        self.lock = threading.RLock()  # held while rows are added
        self._seen: dict[str, dict[str, State]] = {kind: {} for kind in rows.STATES}

    @property
    def now(self) -> int:
        """The time, nanoseconds since 1970."""
        return self._now()

    # --- looking ------------------------------------------------------------------------------------------------

    def look(self) -> bool:
        """Make one pass; return whether anything was different.  Raises Unavailable if no manager answers."""
        with self._passing:
            began = self._now()
            found = self._add(self._list(), began)
            self._previous = began
            return found

    def try_to_look(self) -> None:
        """Make one pass if a manager answers."""
        with suppress(Unavailable):
            self.look()

    def _list(self) -> Listing:
        """Return what is there; nothing where there is no swarm."""
        api: Any = self._managers()
        if api is None:
            return {kind: [] for kind in rows.STATES}
        try:
            return {
                "node": api.nodes(),
                "network": [network for network in api.networks() if network["Scope"] == "swarm"],
                "service": api.services(),
                "task": api.tasks(),
            }
        except docker.errors.APIError as error:
            raise Unavailable(f"The manager cannot say how the swarm is: {error.explanation}") from None
        except requests.RequestException:
            raise Unavailable("The manager's engine does not answer.") from None

    def _add(self, listing: Listing, began: int) -> bool:
        names = self._names
        names.nodes |= {it["ID"]: (it.get("Description") or {}).get("Hostname", "") for it in listing["node"]}
        names.networks |= {it["Id"]: it["Name"] for it in listing["network"]}
        names.services |= {it["ID"]: it["Spec"]["Name"] for it in listing["service"]}
        new: list[Row] = []
        for kind, state_of in rows.STATES.items():
            before, after = self._seen[kind], {}
            for it in listing[kind]:
                state = state_of(it, names)
                after[state["id"]] = state
                if before.get(state["id"]) != state:
                    at = rows.since(kind, it, before.get(state["id"]))
                    new.append(Row(min(max(at, self._previous), began), kind, state["id"], state))
            new += [Row(began, kind, gone, None) for gone in before if gone not in after]
            self._seen[kind] = after
        self.append(sorted(new, key=lambda row: row.at))
        return bool(new)

    def append(self, new: list[Row]) -> None:
        """Add rows.  Time never goes back in a history: a row is moved to the last one's time if need be."""
        with self.lock:
            for row in new:
                last = self.trace.rows[-1].at if self.trace.rows else 0
                self.trace.append(row._replace(at=max(row.at, last)))

    # --- going on looking ---------------------------------------------------------------------------------------

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look in the background for as long as this lasts."""
        self.watch()
        try:
            yield
        finally:
            self.unwatch()

    def watch(self) -> None:
        """Look in the background until `unwatch` was called as often as this."""
        with self.lock:
            self._watchers += 1
            if self._watchers == 1:
                self._stopped = threading.Event()
                watch = threading.Thread(target=self._watch, args=(self._stopped,), name="swarmlab-poller", daemon=True)
                watch.start()

    def unwatch(self) -> None:
        """Stop looking in the background, once nobody else wants it."""
        with self.lock:
            self._watchers = max(0, self._watchers - 1)
            if self._watchers == 0:
                self._stopped.set()

    def close(self) -> None:
        """Stop looking, whoever wanted it."""
        with self.lock:
            self._watchers = 0
            self._stopped.set()

    def _watch(self, stopped: threading.Event) -> None:
        while not stopped.wait(EVERY):
            self.try_to_look()

    # --- what is still to come ----------------------------------------------------------------------------------

    def is_busy(self) -> bool:
        """Whether something is due to change, as far as one can see from outside."""
        world = World()
        world.nodes, world.services, world.tasks = (self._seen[kind] for kind in ("node", "service", "task"))
        return busy(world)


#: States on the way to running.
_UNDER_WAY = ("new", "assigned", "accepted", "preparing", "ready", "starting")
_UPDATING = ("updating", "rollback_started")


def busy(world: World) -> bool:
    """Whether a task is on its way to the state wanted of it, a service has too few tasks, or an update goes on.

    A task that no node can take (pending, with the scheduler's reason) waits for somebody, not for time; so do the
    tasks of a node that is down.
    """
    ready = {node["id"] for node in world.nodes.values() if node["state"] == "ready"}
    filled: dict[str, int] = {}
    for task in world.tasks.values():
        wanted = task["desired"] in ("running", "ready", "complete")
        filled[task["service_id"]] = filled.get(task["service_id"], 0) + wanted
        if wanted and (task["state"] in _UNDER_WAY or (task["state"] == "pending" and not task["err"])):
            return True
        if not wanted and task["state"] in (*_UNDER_WAY, "running") and task["node_id"] in ready:
            return True
        if task["desired"] in ("running", "ready") and task["state"] in ("complete", "failed", "rejected"):
            return True  # its successor is not there yet
    for service in world.services.values():
        if service["update"] in _UPDATING:
            return True
        if service["mode"] == "replicated" and filled.get(service["id"], 0) < service["replicas"] and ready:
            return not any(task["service_id"] == service["id"] for task in world.tasks.values())
    return False
