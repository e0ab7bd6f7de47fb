"""The lab as a tracer uses it: lines that send requests, the next one's way, who answered, names, who reaches whom.

What is sent is typed at a host's shell, as a learner would type it: on the host itself, with ``docker exec`` in a
container that has curl or wget, and for one that has neither with a container of netshoot on the same network
namespace.  Who answered is read in the lab's history.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from ipaddress import ip_address, ip_interface
from typing import TYPE_CHECKING

from swarmlab.core.network import trace
from swarmlab.core.network.remedies import remedy
from swarmlab.core.network.world import Place
from swarmlab.core.units import MILLISECOND
from swarmlab.errors import InvalidArgument
from swarmlab.journey import Journey, find_place, short
from swarmlab.reachability import UNKNOWN, places_of, targets_of
from swarmlab.shell.container import has_program, image_of
from swarmlab.views import REACHED, natural
from swarmlab.widgets.ports import Cell, Hop, Name, Path, Prompt, Sent, Share

if TYPE_CHECKING:
    from swarmlab.lab import Lab

#: In a lab with more places than this, the matrix is of the hosts and the chosen place.
MANY_PLACES = 40
#: So many names are looked up at once.
MANY_NAMES = 40
#: Seconds for which curl and wget wait.
PATIENCE = 5

_TARGET = re.compile(r"(?:http://)?([A-Za-z0-9][\w.-]*)(:[0-9]{1,5})?(/[\w./~%=?&+-]*)?", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
#: A container of netshoot that shares the network of another one: how names and ways are looked at from in there.
_BESIDE = "docker run --rm --name tracer --network container:{} nicolaka/netshoot "


class LabProbe:
    """Asks in a simulated lab.  Fills the tracer's port (`swarmlab.widgets.ports.Probe`)."""

    def __init__(self, lab: "Lab") -> None:
        self._lab = lab

    # --- who and what ---------------------------------------------------------------------------------------

    def places(self) -> list[str]:
        """Return the hosts, and the containers in which something can be typed."""
        with self._lab.session.lock:
            return [name for name, _ in places_of(self._lab.session.simulation)]

    def targets(self) -> list[str]:
        """Return the published ports of all hosts, and services and containers by name."""
        with self._lab.session.lock:
            return [f"{target.name}:{target.port}" for target in targets_of(self._lab.session.simulation)]

    # --- lines ----------------------------------------------------------------------------------------------

    def request(self, client: str, target: str, times: int = 1) -> Prompt:
        """Return the line that sends `times` requests from `client`.

        Raises NotFound and InvalidArgument for a client or a target that cannot be.
        """
        asked = _target(target)
        place, wrapper = self._wrapper(client, ("curl", "wget"))
        fetch = f"curl -sS -m {PATIENCE} {asked}"
        if wrapper.startswith("docker exec") and not self._has(place, "curl"):
            fetch = f"wget -q -O- -T {PATIENCE} {asked}"
        if times == 1:
            return Prompt(place.host, wrapper + fetch)
        loop = f"for i in $(seq {times}); do {fetch}; done"
        return Prompt(place.host, f"{wrapper}sh -c '{loop}'" if wrapper else loop)

    def question(self, client: str, name: str) -> Prompt:
        """Return the line that asks the name server of `client` for `name`.

        Raises NotFound and InvalidArgument for a client or a name that cannot be.
        """
        asked = _name(name)
        place, wrapper = self._wrapper(client, ("nslookup",))
        return Prompt(place.host, f"{wrapper}nslookup {asked}")

    def _wrapper(self, client: str, programs: Sequence[str]) -> tuple[Place, str]:
        """Return where `client` is, and what brings a program into its network namespace."""
        with self._lab.session.lock:
            simulation = self._lab.session.simulation
            place = find_place(simulation, client)
            if place.container_id is None:
                return place, ""
            name = simulation.hosts[place.host].engine.containers[place.container_id].name
        if any(self._has(place, program) for program in programs):
            return place, f"docker exec {name} "
        return place, _BESIDE.format(name)

    def _has(self, place: Place, program: str) -> bool:
        container = self._lab.session.simulation.hosts[place.host].engine.containers[place.container_id or ""]
        return has_program(image_of(container), program)

    # --- asking ---------------------------------------------------------------------------------------------

    def run(self, prompt: Prompt) -> tuple[int, str]:
        """Type `prompt`; return its exit code and all it printed."""
        result = self._lab.host(prompt.host).sh(prompt.line)
        return result.exit_code, result.text

    def path(self, client: str, target: str) -> Path:
        """Return the way of the next request, which a copy of the lab sends.

        Raises NotFound and InvalidArgument for a client or a target that cannot be.
        """
        prompt = self.request(client, target)
        if prompt.line.startswith("docker exec"):
            return _path(self._lab.trace(prompt.line.split(maxsplit=3)[3], on=client))
        # In the copy the container stays, so that it has a name when the hops are told.
        return _path(self._lab.trace(prompt.line.replace("docker run --rm ", "docker run ", 1), on=prompt.host))

    def send(self, prompt: Prompt, times: int) -> tuple[int, str, Sent]:
        """Type `prompt`, which sends `times` requests; return its exit code, what it printed, and who answered."""
        rows = len(self._lab.history)
        code, printed = self.run(prompt)
        answered: Counter[tuple[str, str]] = Counter()
        failures: Counter[str] = Counter()
        for row in self._lab.history.rows[rows:]:
            if row.kind != "request" or row.state is None:
                continue
            if row.state["result"] == trace.OK:
                answered[short(str(row.state["server"])), str(row.state["host"])] += 1
            else:
                failures[str(row.state["result"])] += 1
        failed = max(0, times - answered.total())
        for name, host in self._idle(answered):
            answered[name, host] += 0
        why = (failures.most_common(1)[0][0] if failures else UNKNOWN) if failed else ""
        shares = [Share(name, host, requests) for (name, host), requests in answered.items()]
        shares.sort(key=lambda share: (natural(share.server), share.host))
        return code, printed, Sent(times, tuple(shares), failed, REACHED[why][1] if why in REACHED else why)

    def _idle(self, answered: Counter[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Yield the running tasks of the services that answered."""
        services = {name.partition(".")[0] for name, _ in answered}
        for task in self._lab.history.world().tasks.values():
            if task["service"] in services and task["state"] == task["desired"] == "running":
                yield short(task["name"]), task["node"]

    def reachability(self, client: str) -> Sequence[Cell]:
        """Return who reaches whom; in a large lab from the hosts and from `client` only."""
        places = self.places()
        if len(places) > MANY_PLACES:
            places = list(dict.fromkeys((client, *self._lab.hosts)))[:MANY_PLACES]
        return self._lab.reachability(places).rows

    # --- names ----------------------------------------------------------------------------------------------

    def names(self, client: str, asked: str = "") -> list[Name]:
        """Return the names of services and containers as `client` sees them, `asked` first.

        Raises NotFound and InvalidArgument for a client or a name that cannot be.
        """
        with self._lab.session.lock:
            simulation = self._lab.session.simulation
            place = find_place(simulation, client)
            services = [s.spec.name for swarm in simulation.swarms.values() for s in swarm.store.services()]
            names = [_name(asked)] if asked else []
            for service in sorted(services, key=natural):
                names += [service, f"tasks.{service}"]
            host, records = place.host, simulation.net.views.world.names
            for link in simulation.net.interfaces(place):
                known = records.on_network(host, link.network_id) if place.container_id else []
                names += sorted(one.record.container_name for one in known if not one.record.service_id)
            return [self._look_up(place, client, name) for name in list(dict.fromkeys(names))[:MANY_NAMES]]

    def _look_up(self, place: Place, client: str, name: str) -> Name:
        net = self._lab.session.simulation.net
        answer = net.look_up(place, name)
        if not answer.values:
            hop = trace.Hop(place.host, "dns", "", False)
            helps = remedy(net, place, hop, answer)
            scope = "not known here"
            return Name(name, client, scope, answer.server, answer.status, helps.text if helps else "")
        scopes, means = [], []
        for address in answer.values:
            for link in net.interfaces(place):
                if not link.address or ip_address(address) not in ip_interface(f"{link.address}/{link.prefix}").network:
                    continue
                scopes.append(link.network)
                means += self._who(place.host, link.network_id, address)
        meant = ", ".join(dict.fromkeys(means))
        return Name(name, client, ", ".join(dict.fromkeys(scopes)), answer.server, ", ".join(answer.values), meant)

    def _who(self, host: str, network_id: str, address: str) -> list[str]:
        known = self._lab.session.simulation.net.views.world.names.at_address(host, network_id, address)
        for record, _ in known:
            if record.vip == address:
                return [f"virtual IP of {record.service}"]
        return [short(record.container_name) for record, _ in known if record.address == address]


def _target(text: str) -> str:
    asked = text.strip()
    found = _TARGET.fullmatch(f"localhost:{asked}" if asked.isdigit() else asked)
    if found is None or int((found[2] or ":1")[1:]) not in range(1, 65536):
        raise InvalidArgument(f'A target is a name or an address, with a port if not 80: "web:80", not "{asked}".')
    return found[0]


def _name(text: str) -> str:
    asked = text.strip()
    if not _NAME.fullmatch(asked):
        raise InvalidArgument(f'A name is made of letters, digits, dots and dashes: "tasks.web", not "{asked}".')
    return asked


def _path(journey: Journey) -> Path:
    hops = tuple(
        Hop(step.at / MILLISECOND, step.host, short(step.container), step.station, short(step.text), step.passed,
            tuple(short(name) for name in step.candidates[1:]))
        for step in journey.steps
    )  # fmt: skip
    helps = journey.help
    repair = Prompt(helps.host, helps.command) if helps else None
    return Path(short(journey.headline), hops, short(journey.symptom), helps.text if helps else "", repair)
