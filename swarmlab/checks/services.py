"""Claims about services and their tasks; say ``service("web")`` and choose one."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from swarmlab.checks.claims import Claim, Scene, label, running_tasks, takes_tasks
from swarmlab.plural import count
from swarmlab.timeline.trace import State, World


def is_pinned(image: str) -> bool:
    """Whether `image` names a version: its tag has a number in it, or it has a digest.

    ``latest`` and names such as ``stable`` mean something else every few weeks.
    """
    tag = image.rpartition("/")[2].partition(":")[2]  # a colon before the last slash belongs to a registry's port
    return "@" in image or any(character.isdigit() for character in tag)


def _missing(world: World, name: str) -> str:
    """Return what to say where the service `name` does not exist."""
    others = sorted(service["name"] for service in world.services.values())
    if not others:
        return f"there is no service `{name}`: there are no services at all"
    return f"there is no service `{name}`, only " + ", ".join(f"`{other}`" for other in others)


@dataclass(frozen=True)
class ServiceNamed:
    """Claims about the service called `name`; make one with `service`."""

    name: str

    def _claim(
        self,
        text: str,
        holds: Callable[[Scene, State], bool],
        found: Callable[[Scene, State], str],
        command: str = "docker service ps {}",
    ) -> Claim:
        """Make a claim that is false while the service does not exist."""

        def holds_if_there(scene: Scene) -> bool:
            state = scene.world.service(self.name)
            return state is not None and holds(scene, state)

        def found_if_there(scene: Scene) -> str:
            state = scene.world.service(self.name)
            return _missing(scene.world, self.name) if state is None else found(scene, state)

        return Claim(text, holds_if_there, found_if_there, command.format(self.name))

    def exists(self) -> Claim:
        """The service is there, whatever its tasks do."""
        return self._claim(
            f"there is a service `{self.name}`",
            lambda scene, state: True,
            lambda scene, state: f"there is a service `{self.name}`",
            "docker service ls",
        )

    def shows(self, replicas: int) -> Claim:
        """`replicas` are wanted and as many run: what ``docker service ls`` shows as N/N."""
        return self._claim(
            f"service `{self.name}` shows `{replicas}/{replicas}` ({replicas} running, {replicas} wanted)",
            lambda scene, state: (
                state["replicas"] == replicas and len(running_tasks(scene.world, self.name)) == replicas
            ),
            lambda scene, state: (
                f"service `{self.name}` shows `{len(running_tasks(scene.world, self.name))}/{state['replicas']}`"
            ),
            "docker service ls",
        )

    def has_running(self, tasks: int) -> Claim:
        """Exactly `tasks` run, however many are wanted."""
        return self._claim(
            f"service `{self.name}` has {count(tasks, 'running task')}",
            lambda scene, state: len(running_tasks(scene.world, self.name)) == tasks,
            lambda scene, state: f"it has {count(len(running_tasks(scene.world, self.name)), 'running task')}",
        )

    def has_at_least(self, tasks: int) -> Claim:
        """`tasks` or more run."""
        return self._claim(
            f"service `{self.name}` has at least {count(tasks, 'running task')}",
            lambda scene, state: len(running_tasks(scene.world, self.name)) >= tasks,
            lambda scene, state: f"it has {count(len(running_tasks(scene.world, self.name)), 'running task')}",
        )

    def wants(self, low: int, high: int | None = None) -> Claim:
        """From `low` to `high` replicas are wanted (`high` None: no upper limit)."""
        if high is None:
            text = f"service `{self.name}` wants {low} or more replicas"
        elif low == high:
            text = f"service `{self.name}` wants {count(low, 'replica')}"
        else:
            text = f"service `{self.name}` wants {low} to {high} replicas"
        return self._claim(
            text,
            lambda scene, state: low <= state["replicas"] and (high is None or state["replicas"] <= high),
            lambda scene, state: f"it wants {count(state['replicas'], 'replica')}",
            "docker service ls",
        )

    def has_pinned_image(self) -> Claim:
        """The spec's image names one version."""
        return self._claim(
            "its image is pinned (the tag is a version number, not `latest`)",
            lambda scene, state: is_pinned(state["image"]),
            lambda scene, state: f"its image is `{state['image']}`",
            "docker service ls",
        )

    def has_image(self, pattern: str, text: str) -> Claim:
        """The spec's image matches the regular expression `pattern` as a whole; `text` says that in words."""
        return self._claim(
            f"the image of `{self.name}` is {text}",
            lambda scene, state: re.fullmatch(pattern, state["image"]) is not None,
            lambda scene, state: f"its image is `{state['image']}`",
            "docker service ls",
        )

    def runs_only(self, image: str) -> Claim:
        """Every task that runs, and one at least does, was made of `image`."""

        def images(scene: Scene) -> set[str]:
            return {str(task["image"]) for task in running_tasks(scene.world, self.name)}

        return self._claim(
            f"all running tasks of `{self.name}` are of `{image}`",
            lambda scene, state: images(scene) == {image},
            lambda scene, state: (
                f"they are of {' and '.join(f'`{name}`' for name in sorted(images(scene))) or 'nothing'}"
            ),
        )

    def has_a_task(self, *states: str) -> Claim:
        """Some task, wanted or not, is in one of `states`."""
        return self._claim(
            f"a task of `{self.name}` is {' or '.join(states)}",
            lambda scene, state: any(task["state"] in states for task in scene.world.tasks_of(self.name)),
            lambda scene, state: self._states(scene.world),
        )

    def has_new_running_task(self, slot: int = 1) -> Claim:
        """Slot `slot` is filled by a running task that did not exist when the exercise began."""

        def fresh(scene: Scene) -> bool:
            tasks = running_tasks(scene.world, self.name)
            return any(task["slot"] == slot and task["id"] not in scene.start.tasks for task in tasks)

        return self._claim(
            f"a new task runs in slot {slot} of `{self.name}`",
            lambda scene, state: fresh(scene),
            lambda scene, state: self._states(scene.world, slot),
        )

    def is_the_same(self) -> Claim:
        """It is the service that was there at the start: not removed, not made anew."""
        return self._claim(
            f"service `{self.name}` is the one from the start",
            lambda scene, state: state["id"] in scene.start.services,
            lambda scene, state: f"service `{self.name}` was removed and made anew",
            "docker service ls",
        )

    def keeps_its_tasks(self, node: str) -> Claim:
        """Every task that ran on `node` at the start still runs."""

        def lost(scene: Scene) -> list[str]:
            kept = {task["id"] for task in running_tasks(scene.world, self.name)}
            then = [task for task in running_tasks(scene.start, self.name) if task["node"] == node]
            return [label(task) for task in then if task["id"] not in kept]

        return self._claim(
            f"the tasks of `{self.name}` that ran on `{node}` at the start still run",
            lambda scene, state: not lost(scene),
            lambda scene, state: f"ended: {', '.join(lost(scene)) or 'none'}",
        )

    def has_running_on(self, node: str, low: int, high: int | None = None) -> Claim:
        """From `low` to `high` tasks run on `node` (`high` None: no upper limit)."""
        if high is None:
            amount = f"at least {count(low, 'task')}"
        else:
            amount = count(low, "task") if low == high else f"{low} to {high} tasks"
        return self._claim(
            f"`{self.name}` runs {amount} on `{node}`",
            lambda scene, state: low <= self.counts(scene).get(node, 0) <= (10**6 if high is None else high),
            lambda scene, state: self._where(scene),
        )

    def is_spread(self, most: int = 1) -> Claim:
        """On the nodes that take tasks, the numbers of running tasks differ by `most` or less."""

        def holds(scene: Scene) -> bool:
            open_nodes = [n["hostname"] for n in scene.world.nodes.values() if takes_tasks(n)]
            counts = [self.counts(scene).get(name, 0) for name in open_nodes]
            return bool(counts) and max(counts) - min(counts) <= most and sum(counts) > 0

        return self._claim(
            f"the running tasks of `{self.name}` are spread: no node has more than {most} more than another",
            lambda scene, state: holds(scene),
            lambda scene, state: self._where(scene),
        )

    def counts(self, scene: Scene) -> dict[str, int]:
        """Return how many of its tasks run on each node that has any."""
        return dict(Counter(task["node"] for task in running_tasks(scene.world, self.name)))

    def _where(self, scene: Scene) -> str:
        counts = self.counts(scene)
        nodes = sorted(node["hostname"] for node in scene.world.nodes.values())
        return "running tasks: " + ", ".join(f"{counts.get(node, 0)} on `{node}`" for node in nodes)

    def publishes(self, published: int, target: int, mode: str = "ingress") -> Claim:
        """The spec maps `published` to `target` in this mode, tcp."""
        how = "through the routing mesh" if mode == "ingress" else "in host mode"
        return self._claim(
            f"service `{self.name}` publishes port {published} for its port {target}, {how}",
            lambda scene, state: any(
                (p["published"], p["target"], p["protocol"], p["mode"]) == (published, target, "tcp", mode)
                for p in state["ports"]
            ),
            lambda scene, state: self._ports(state),
            "docker service inspect --format '{{{{json .Endpoint.Spec.Ports}}}}' {}",
        )

    def publishes_nothing(self) -> Claim:
        """No port is published."""
        return self._claim(
            f"service `{self.name}` publishes no port",
            lambda scene, state: not state["ports"],
            lambda scene, state: self._ports(state),
            "docker service inspect --format '{{{{json .Endpoint.Spec.Ports}}}}' {}",
        )

    def has_endpoint_mode(self, mode: str) -> Claim:
        """Its name leads to one virtual address (vip), or to the addresses of all tasks (dnsrr)."""
        return self._claim(
            f"the endpoint mode of service `{self.name}` is {mode}",
            lambda scene, state: bool(state["endpoint_mode"] == mode),
            lambda scene, state: f"its endpoint mode is {state['endpoint_mode']}",
            "docker service inspect --format '{{{{.Endpoint.Spec.Mode}}}}' {}",
        )

    def _ports(self, state: State) -> str:
        ports = [f"{p['published']} → {p['target']}/{p['protocol']} ({p['mode']})" for p in state["ports"]]
        return "it publishes " + (", ".join(ports) or "no port")

    def first_task(self, slot: int = 1) -> "FirstTask":
        """The task that ran in slot `slot` when the exercise began."""
        return FirstTask(self.name, slot)

    def _states(self, world: World, slot: int | None = None) -> str:
        """Say in which states the tasks (of one slot) are, newest first."""
        tasks = [task for task in world.tasks_of(self.name) if slot in (None, task["slot"])]
        if not tasks:
            return f"`{self.name}` has no tasks" if slot is None else f"slot {slot} of `{self.name}` has no tasks"
        return "; ".join(f"task `{task['id'][:12]}` is {task['state']}" for task in tasks[:4])


def service(name: str) -> ServiceNamed:
    """Speak of the service called `name`."""
    return ServiceNamed(name)


@dataclass(frozen=True)
class FirstTask:
    """Claims about the task that ran in one slot when the exercise began."""

    service: str
    slot: int

    def state_in(self, scene: Scene) -> State | None:
        """Return that task as it was at the start; None if no task ran there."""
        tasks = running_tasks(scene.start, self.service)
        return next((task for task in tasks if task["slot"] == self.slot), None)

    def _now(self, scene: Scene) -> State | None:
        first = self.state_in(scene)
        return None if first is None else scene.world.tasks.get(first["id"])

    def _found(self, scene: Scene) -> str:
        first = self.state_in(scene)
        if first is None:
            return f"no task ran in slot {self.slot} of `{self.service}` at the start"
        now = self._now(scene)
        if now is None:
            return f"task `{first['id'][:12]}` has been deleted: Swarm no longer wanted its slot or its service"
        return f"task `{first['id'][:12]}` is {now['state']}"

    def _claim(self, text: str, holds: Callable[[Scene], bool]) -> Claim:
        return Claim(text, holds, self._found, f"docker service ps --no-trunc {self.service}")

    def ended_by_itself(self) -> Claim:
        """Its container ended while Swarm wanted it to run: the task is failed or complete, not shut down."""
        return self._claim(
            f"the first task of slot {self.slot} of `{self.service}` has failed or is complete, "
            "because its container ended",
            lambda scene: (now := self._now(scene)) is not None and now["state"] in ("failed", "complete"),
        )

    def is_replaced(self) -> Claim:
        """It ended by itself, and a new task runs in its slot."""
        both = self.ended_by_itself() & ServiceNamed(self.service).has_new_running_task(self.slot)
        text = f"after that, a new task runs in slot {self.slot} of `{self.service}`"
        return replace(both, text=text, show=f"docker service ps {self.service}")

    def is_(self, *states: str) -> Claim:
        """It is now in one of `states`."""
        return self._claim(
            f"the first task of slot {self.slot} of `{self.service}` is {' or '.join(states)}",
            lambda scene: (now := self._now(scene)) is not None and now["state"] in states,
        )

    def is_deleted(self) -> Claim:
        """The task object is gone, history and all."""
        return self._claim(
            f"the first task of slot {self.slot} of `{self.service}` is deleted",
            lambda scene: self.state_in(scene) is not None and self._now(scene) is None,
        )


def another_service() -> Claim:
    """A service exists that was not there when the exercise began, or was made anew under an old name."""

    def new(scene: Scene) -> list[str]:
        return sorted(state["name"] for key, state in scene.world.services.items() if key not in scene.start.services)

    return Claim(
        "a service exists that was not there at the start",
        lambda scene: bool(new(scene)),
        lambda scene: (
            "new: " + ", ".join(f"`{name}`" for name in new(scene)) if new(scene) else "there is no new service"
        ),
        "docker service ls",
    )


def service_called(pattern: str) -> Claim:
    """Some service's whole name matches the regular expression `pattern`."""
    return Claim(
        f"a service's name matches `{pattern}`",
        lambda scene: any(re.fullmatch(pattern, state["name"]) for state in scene.world.services.values()),
        lambda scene: "services: " + (", ".join(sorted(s["name"] for s in scene.world.services.values())) or "none"),
        "docker service ls",
    )


def some_task_is(*states: str) -> Claim:
    """Some task, of whatever service, is in one of `states`, and is not about to be deleted."""

    def seen(scene: Scene) -> set[str]:
        names = {service["name"] for service in scene.world.services.values()}
        tasks = [task for task in scene.world.tasks.values() if task["service"] in names]
        return {task["state"] for task in tasks if task["desired"] != "remove"}

    return Claim(
        f"a task is {' or '.join(states)}",
        lambda scene: not seen(scene).isdisjoint(states),
        lambda scene: (
            f"there are tasks that are {', '.join(sorted(seen(scene)))}" if seen(scene) else "there are no tasks"
        ),
        "docker service ps $(docker service ls --quiet)",
    )


def no_service(name: str) -> Claim:
    """There is no service called `name`."""
    return Claim(
        f"there is no service `{name}`",
        lambda scene: scene.world.service(name) is None,
        lambda scene: f"there is a service `{name}`",
        "docker service ls",
    )
