"""Where a probe is played: a simulated swarm, or three real engines.  Both look the same to the player."""

import threading
import time
from typing import Any, NamedTuple, Protocol

import docker
import requests
from requests.adapters import BaseAdapter

from swarmlab.client import RealClock, SimulatedClock, connect
from swarmlab.core.units import SECOND, parse_rfc3339
from swarmlab.lab import Lab
from swarmlab.real.namespaces import Namespaces
from tests.parity.steps import MANAGER, Json

#: Seconds in which a new swarm comes to rest: networks are made, events of it told.
_AFTERMATH = 4
#: Seconds that a request takes at least, from program to program on one machine.
_REQUEST = 0.01


class Moment(NamedTuple):
    """From `at` on, a task looked like this; `state` "" says that it was not listed any more."""

    at: int
    id: str
    service: str
    slot: int
    state: str
    desired: str
    created: int
    container: str
    addresses: dict[str, str]  # network name → address
    node: str  # its id


class Swarm(Protocol):
    """Three hosts with engines."""

    hosts: dict[str, str]  # name → address
    clock: Any

    def api(self, host: str) -> docker.APIClient:
        """A client of a host's engine."""

    def power(self, verb: str, host: str) -> None:
        """Do something to a machine."""

    def changed(self) -> bool:
        """Whether something may have changed since the last call."""

    def history(self) -> list[Moment]:
        """All that tasks went through, oldest first."""

    def close(self) -> None:
        """Nothing more is asked."""


class _Slower(BaseAdapter):
    """A transport on which a request takes a moment, in which the swarm gets on."""

    def __init__(self, adapter: BaseAdapter, clock: SimulatedClock) -> None:
        super().__init__()
        self._adapter, self._clock = adapter, clock

    def send(self, *args: Any, **more: Any) -> Any:
        self._clock.sleep(_REQUEST)
        return self._adapter.send(*args, **more)

    def close(self) -> None:
        self._adapter.close()


class Simulated:
    """A swarm of `Lab`.  Its history is exact."""

    _FAULTS = {
        "stop": "stop_engine",
        "start": "start_engine",
        "off": "stop",
        "on": "start",
        "cut": "cut",
        "heal": "mend",
    }

    def __init__(self, profile: str, *, swarm: bool = True, seed: int = 1) -> None:
        self.lab = Lab(engine=profile, swarm=swarm, seed=seed)
        self.clock = SimulatedClock(self.lab.session)
        self.hosts = {name: host.address for name, host in self.lab.session.simulation.hosts.items()}

    def api(self, host: str) -> docker.APIClient:
        """A client of a host's engine, each of whose requests takes a moment, as between real programs."""
        client = self.lab.docker(host).api
        adapter = client.get_adapter(client.base_url)
        if not isinstance(adapter, _Slower):
            client.mount(client.base_url, _Slower(adapter, self.clock))
        return client

    def power(self, verb: str, host: str) -> None:
        self.lab.apply({"op": "fault", "name": self._FAULTS[verb], "args": [host]})

    def changed(self) -> bool:
        return True

    def history(self) -> list[Moment]:
        found, last = [], {}
        for row in self.lab.session.trace.rows:
            if row.kind != "task":
                continue
            state = row.state or {**last[row.id], "state": ""}
            last[row.id] = state
            found.append(
                Moment(
                    row.at, row.id, state["service"], state["slot"], state["state"], state["desired"],
                    state["created"], state["container"], state["addresses"], state["node_id"],
                )
            )  # fmt: skip
        return found

    def close(self) -> None:
        """Nothing to let go."""


class Real:
    """Real engines, just started.  Their history is what polling sees."""

    def __init__(self, lab: Namespaces) -> None:
        self.clock = RealClock()
        self._lab = lab
        hosts = lab.status()
        self.hosts = {host.name: host.address for host in hosts}
        self._clients = {host.name: connect(host.docker_host, timeout=120).api for host in hosts}
        self._verbs = {"stop": lab.stop, "start": lab.start, "off": lab.off, "on": lab.start, "cut": lab.cut,
                       "heal": lab.heal}  # fmt: skip
        self.clock.sleep(_AFTERMATH)
        self._watcher = _Watcher(lab.docker_host(MANAGER))

    @property
    def version(self) -> Json:
        """What the engine says of itself."""
        return self._clients[MANAGER].version()

    def api(self, host: str) -> docker.APIClient:
        return self._clients[host]

    def power(self, verb: str, host: str) -> None:
        self._verbs[verb](host)

    def changed(self) -> bool:
        return True

    def history(self) -> list[Moment]:
        return list(self._watcher.moments)

    def close(self) -> None:
        self._watcher.end()
        for client in self._clients.values():
            client.close()


class _Watcher:
    """Polls the tasks of a swarm in a thread of its own."""

    def __init__(self, url: str) -> None:
        self.moments: list[Moment] = []
        self._api = connect(url).api
        self._stop = threading.Event()
        self._names: dict[str, str] = {}
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        last: dict[str, Moment] = {}
        while not self._stop.wait(0.03):
            try:
                tasks = self._api.tasks()
                if any(task["ServiceID"] not in self._names for task in tasks):
                    self._names |= {service["ID"]: service["Spec"]["Name"] for service in self._api.services()}
            except (docker.errors.APIError, requests.RequestException):
                continue
            now = time.time_ns()
            seen = {}
            for task in tasks:
                seen[task["ID"]] = moment = _moment(now, task, self._names.get(task["ServiceID"], "?"))
                if task["ID"] not in last or moment._replace(at=0) != last[task["ID"]]._replace(at=0):
                    self.moments.append(moment)
            self.moments += [was._replace(at=now, state="") for was in last.values() if was.id not in seen]
            last = seen


def _moment(now: int, task: Json, service: str) -> Moment:
    status = task["Status"]
    return Moment(
        now, task["ID"], service, task.get("Slot", 0), status["State"], task["DesiredState"],
        parse_rfc3339(task["CreatedAt"]), status.get("ContainerStatus", {}).get("ContainerID", ""),
        {
            attachment["Network"]["Spec"]["Name"]: attachment["Addresses"][0].partition("/")[0]
            for attachment in task.get("NetworksAttachments") or ()
            if attachment.get("Addresses")
        },
        task.get("NodeID", ""),
    )  # fmt: skip


def seconds(ns: int) -> float:
    """Return nanoseconds as seconds."""
    return ns / SECOND
