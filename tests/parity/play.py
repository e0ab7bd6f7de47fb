"""Plays a probe on a swarm and returns what was seen, normalised."""

import io
import json
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import docker
import requests

from swarmlab.cli.app import run
from swarmlab.cli.environment import Environment
from swarmlab.core.units import SECOND
from tests.parity.engines import Moment, Swarm, seconds
from tests.parity.normalise import References
from tests.parity.observe import LOOKS
from tests.parity.steps import MANAGER, Api, Ask, Cli, Json, Power, Probe, Rest, See, Step, Until

_REFERENCE = re.compile(r"<(id|version|token|address|container|ip|key):([^<>@]+)(?:@([^<>]+))?>")
_POLL = 0.05  # seconds between two looks at a condition


class Broken(AssertionError):
    """A probe cannot be played here: a condition did not come true, or a reference means nothing."""


class _Impatient:
    """A clock by which nobody waits longer than `seconds`: then Ctrl-C is typed."""

    def __init__(self, clock: Any, seconds: float) -> None:
        self._clock = clock
        self._end = clock.now() + int(seconds * SECOND)

    def now(self) -> int:
        return int(self._clock.now())

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)
        if self.now() > self._end:
            raise KeyboardInterrupt


class Player:
    """One probe on one swarm."""

    def __init__(self, swarm: Swarm, probe: Probe, *, strict: bool = False) -> None:
        """`strict`: raise `Broken` for a condition that does not come true, instead of noting it."""
        self.swarm = swarm
        self.probe = probe
        self.refs = References(swarm.hosts)
        self._strict = strict
        self._asked = MANAGER
        self._key = ""  # what unlocks a manager: it must be known before it is locked
        self._began = swarm.clock.now()
        self._containers: dict[str, str] = {}  # container → task
        self._deferred: list[tuple[str, Any]] = []

    def play(self) -> dict[str, Json]:
        """Return what each step showed, by the step's number and name."""
        for number, step in enumerate(self.probe.steps, 1):
            if number == 1 or _takes_away(step):
                self._look_around()
            self._do(f"{number:02} ", step)
        self._look_around()
        self._learn_tasks()
        return {name: answer() for name, answer in self._deferred}

    # --- steps ----------------------------------------------------------------------------------------

    def _do(self, number: str, step: Step) -> None:
        if isinstance(step, Cli):
            self._cli(number, step)
        elif isinstance(step, Api):
            self._api(number, step)
        elif isinstance(step, Until):
            self._note(f"{number}until {step.name}", self._wait(step))
        elif isinstance(step, Rest):
            self.swarm.clock.sleep(step.seconds)
        elif isinstance(step, Power):
            self.swarm.power(step.verb, step.host)
        elif isinstance(step, Ask):
            self._asked = step.host
        else:
            self._see(number, step)

    def _note(self, name: str, value: Json) -> None:
        self._deferred.append((name, lambda: value))

    def _cli(self, number: str, step: Cli) -> None:
        out, err = io.StringIO(), io.StringIO()
        line, stdin = self._resolve(step.line), io.BytesIO(self._resolve(step.stdin).encode())
        clock = _Impatient(self.swarm.clock, step.patience) if step.patience else self.swarm.clock
        environment = Environment(
            self.swarm.api(step.on),
            clock,
            out,
            err,
            stdin,
            progress="final",
        )
        code = run(shlex.split(line), environment)
        hide = not self.probe.pinned and line.startswith(("service ps", "node ps", "service logs"))
        where = "" if step.on == MANAGER else f"{step.on}: "

        def answer() -> Json:
            found: dict[str, Json] = {"exit": code} if code else {}
            for stream, text in (("stdout", out.getvalue()), ("stderr", err.getvalue())):
                if text:
                    found[stream] = self._printed(text, hide)
            return found

        self._deferred.append((f"{number}{where}docker {step.line}", answer))

    def _printed(self, text: str, hide: bool) -> Json:
        """Return JSON as JSON, everything else as lines."""
        if text.lstrip().startswith(("{", "[")):
            with suppress(ValueError):
                return self.refs.json(json.loads(text))
        return without_chance(self.refs.table(text, hide_hosts=hide))

    def _api(self, number: str, step: Api) -> None:
        api: Any = self.swarm.api(step.on)
        path = self._resolve(step.path)
        url = f"{api.base_url}/v{step.version or api._version}{path}"
        data = self._resolve(step.raw if step.raw is not None else json.dumps(step.body)) if _has_body(step) else None
        response = api.request(step.method, url, data=data, headers={"Content-Type": "application/json"}, timeout=60)
        where = "" if step.on == MANAGER else f"{step.on}: "
        version = f"/v{step.version}" if step.version else ""
        told = f" {data if step.raw is not None else _short(step.body)}" if data else ""
        text = response.text

        def answer() -> Json:
            try:
                body = self.refs.json(json.loads(text)) if text.strip() else ""
            except ValueError:
                body = self.refs.text(text)
            return {"status": response.status_code, "body": body}

        self._deferred.append((f"{number}{where}{step.method} {version}{step.path}{told}", answer))

    def _wait(self, step: Until) -> str:
        began = self.swarm.clock.now()
        while True:
            took = seconds(self.swarm.clock.now() - began)
            try:
                if self.swarm.changed() and step.holds(self):
                    break
            except (docker.errors.APIError, requests.RequestException):
                pass  # the manager is away
            if took > step.at_most:
                return self._late(step.name, f"not within {step.at_most:g} s")
            self.swarm.clock.sleep(_POLL)
        if took < step.at_least:
            return self._late(step.name, f"after {took:.1f} s already")
        return f"in {step.at_least:g} to {step.at_most:g} s"

    def _late(self, name: str, text: str) -> str:
        if self._strict:
            raise Broken(f"{name} {text}: {[task['Status'] for task in self.sorted_tasks()]}")
        return text

    def _see(self, number: str, step: See) -> None:
        self._look_around()
        for what in step.what:
            self._learn_tasks()
            self._note(f"{number}{what}", LOOKS[what](self))

    # --- references -----------------------------------------------------------------------------------

    def _look_around(self) -> None:
        """Learn the names of what is there now."""
        refs = self.refs
        for host in self.swarm.hosts:
            with suppress(docker.errors.APIError, requests.RequestException):
                for network in self.get("/networks", host):
                    refs.name(network["Id"], f"<network:{network['Name']}>")
                for container in self.get("/containers/json?all=1", host):
                    task = container["Labels"].get("com.docker.swarm.task.id")
                    if task:
                        self._containers[container["Id"]] = task
                    else:
                        refs.name(container["Id"], f"<container:{container['Names'][0][1:]}>")
                for image in self.get("/images/json", host):
                    for tag in image["RepoTags"] or ():
                        refs.name(image["Id"], f"<image:{tag}>")
                    for digest in image["RepoDigests"] or ():
                        refs.name(digest.partition("@")[2], f"<digest:{digest.partition('@')[0]}>")
        with suppress(docker.errors.APIError, requests.RequestException):
            for node in self.get("/nodes"):
                refs.name(node["ID"], f"<node:{node['Description'].get('Hostname', '?')}>")
            self._learn_swarm()

    def _learn_tasks(self) -> None:
        """Learn the names of tasks, and of containers whose tasks have not told of them."""
        self.refs.learn(self.history())
        for container, task in self._containers.items():
            self.refs.name(container, self.refs.of(task).replace("<task:", "<container:"))

    def _learn_swarm(self) -> None:
        names = {}
        for service in self.get("/services"):
            refs, name = self.refs, service["Spec"]["Name"]
            if not service["Spec"]["Mode"].keys().isdisjoint(("Global", "GlobalJob")):
                refs.everywhere.add(name)
            refs.name(service["ID"], f"<service:{name}>")
            if not names:
                names = {network["Id"]: network["Name"] for network in self.get("/networks")}
            for vip in service.get("Endpoint", {}).get("VirtualIPs") or ():
                if vip.get("Addr"):
                    refs.address(vip["Addr"], f"<vip:{name}@{names.get(vip['NetworkID'], '?')}>")
        for kind in ("secret", "config"):
            for thing in self.get(f"/{kind}s"):
                self.refs.name(thing["ID"], f"<{kind}:{thing['Spec']['Name']}>")
        swarm = self.get("/swarm")
        self.refs.name(swarm["ID"], "<swarm>")
        for role, token in swarm["JoinTokens"].items():
            self.refs.name(token, f"<token:{role.lower()}>")
        self._key = self.get("/swarm/unlockkey")["UnlockKey"]
        self.refs.name(self._key, "<key>")

    def _resolve(self, text: str) -> str:
        return _REFERENCE.sub(lambda found: self._meant(*found.groups()), text)

    def _meant(self, kind: str, name: str, where: str | None) -> str:
        """Return what a reference in a step stands for now."""
        if kind == "address":
            return self.swarm.hosts[name]
        if kind == "key":
            return self._key
        if kind == "token":
            return str(self.get("/swarm")["JoinTokens"][name.capitalize()])
        if kind == "ip":
            service, _, slot = name.partition(".")
            for moment in reversed(self.history()):
                if moment.service == service and str(moment.slot) == slot and where in moment.addresses:
                    return moment.addresses[where]
        if kind == "container":
            for container in self.get("/containers/json", where or MANAGER):
                if container["Labels"].get("com.docker.swarm.service.name") == name:
                    return str(container["Id"])
        if kind in ("id", "version"):
            for path in ("/nodes", "/services", "/networks", "/secrets", "/configs"):
                for thing in self.get(path):
                    named = thing.get("Spec", thing).get("Name") or thing.get("Description", {}).get("Hostname")
                    if named == name:
                        return str(thing.get("ID") or thing["Id"]) if kind == "id" else str(thing["Version"]["Index"])
        raise Broken(f"{self.probe.name}: <{kind}:{name}> means nothing now")

    # --- the view of conditions and looks -------------------------------------------------------------

    def get(self, path: str, host: str = "") -> Json:
        """Return the decoded answer to a GET, by the manager that is asked now if no host is named."""
        api: Any = self.swarm.api(host or self._asked)
        response = api._get(f"{api.base_url}/v{api._version}{path}")
        api._raise_for_status(response)
        return response.json()

    def tasks(self, service: str = "") -> list[Json]:
        """All tasks, or those of a service."""
        found = self.get("/tasks")
        if not service:
            return found
        names = {one["ID"] for one in self.get("/services") if one["Spec"]["Name"] == service}
        return [task for task in found if task["ServiceID"] in names or self._was(task) == service]

    def _was(self, task: Json) -> str:
        """The name of a task's service, known even after the service has been removed."""
        return self.refs.of(task["ServiceID"]).removeprefix("<service:").removesuffix(">")

    def service(self, name: str) -> Json:
        """One service, None if there is none."""
        return next((one for one in self.get("/services") if one["Spec"]["Name"] == name), None)

    def nodes(self) -> list[Json]:
        """All nodes."""
        return list(self.get("/nodes"))

    def by_host(self) -> Iterator[tuple[str, list[Json]]]:
        """The containers of tasks on each host, ended ones too."""
        for host in self.swarm.hosts:
            with suppress(docker.errors.APIError, requests.RequestException):
                found = self.get("/containers/json?all=1", host)
                yield host, [one for one in found if "com.docker.swarm.task.id" in one["Labels"]]

    def containers(self) -> list[Json]:
        """The containers of tasks on all hosts."""
        return [container for _, found in self.by_host() for container in found]

    def attempts(self, service: str) -> int:
        """How many tasks a service has had since the probe began."""
        return len({moment.id for moment in self.history() if moment.service == service})

    def service_name(self, task: Json) -> str:
        """The name of a task's service."""
        return self._was(task)

    def sorted_tasks(self) -> list[Json]:
        """All tasks by service, slot or node, and age."""

        def key(task: Json) -> tuple[str, int, str, str]:
            service = self.service_name(task)
            node = self.refs.of(task.get("NodeID", "")) if service in self.refs.everywhere else ""
            return service, task.get("Slot", 0), node, task["CreatedAt"]

        return sorted(self.get("/tasks"), key=key)

    def history(self) -> list[Moment]:
        """What tasks went through since the probe began."""
        return [moment for moment in self.swarm.history() if moment.at >= self._began]

    def events(self, host: str) -> list[Json]:
        """The events of a host since the probe began."""
        since, until = (f"{at // SECOND}.{at % SECOND:09}" for at in (self._began, self.swarm.clock.now()))
        api: Any = self.swarm.api(host)
        try:
            response = api._get(f"{api.base_url}/v{api._version}/events?since={since}&until={until}", timeout=20)
        except requests.RequestException:
            return []
        return [json.loads(line) for line in response.text.splitlines() if line]


def without_chance(lines: list[str]) -> list[str]:
    """Put in a fixed order what is printed in that of random ids, or as answers come: global tasks, names."""
    if any(line.startswith("<node:") or ".<node:" in line for line in lines):
        heads = 0 if "<node:" in lines[0] else 1
        return [*lines[:heads], *sorted(lines[heads:])]
    if lines and lines[0].startswith("Server:"):  # nslookup
        head, *answers = "\n".join(lines).strip("\n").split("\n\n")
        return "\n\n".join([head, *sorted(answers)]).split("\n")
    return lines


def _has_body(step: Api) -> bool:
    return step.body is not None or step.raw is not None


def _short(body: Json) -> str:
    text = json.dumps(body)
    return text if len(text) <= 90 else text[:87] + "..."


def _takes_away(step: Step) -> bool:
    """Whether things may be gone after a step, so that their names must be learnt before."""
    if isinstance(step, Api):
        return step.method == "DELETE"
    return isinstance(step, Cli) and any(word in step.line.split() for word in ("rm", "leave", "prune", "kill"))
