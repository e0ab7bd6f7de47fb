"""The Docker Engine of one host: its containers, images and local networks.

It knows nothing of the swarm.  The agent asks it to make, start and stop containers, exactly as a person
does with ``docker run``; whoever asked hears of an end by an `Exited` message on the queue.  What takes
time (a pull, a start, a process) is an event on the queue, never a wait.
"""

import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from swarmlab.core.agent import images, runc, settings
from swarmlab.core.agent.blueprint import Blueprint, draw
from swarmlab.core.agent.container import (
    NOTHING,
    UNCHECKED,
    Attributes,
    Container,
    ContainerConfig,
    ContainerState,
    Interface,
    LogLine,
    Volume,
)
from swarmlab.core.agent.execs import Execs
from swarmlab.core.agent.health import Monitors
from swarmlab.core.agent.imagestore import ImageStore, PullEnds
from swarmlab.core.agent.mounts import bound, is_there, missing_source
from swarmlab.core.agent.names import invented
from swarmlab.core.agent.programs import Step
from swarmlab.core.agent.registry import Registry
from swarmlab.core.agent.signals import SIGNALS, signal_number
from swarmlab.core.agent.wiring import Socket, Wiring
from swarmlab.core.defaults import STOP_GRACE_PERIOD
from swarmlab.core.events import EventLog
from swarmlab.core.ids import Ids
from swarmlab.core.network.local import GWBRIDGE, LocalNetwork
from swarmlab.core.network.servers.configured import Configure, Configured
from swarmlab.core.objects import Task
from swarmlab.core.profile import Profile
from swarmlab.core.queue import Queue
from swarmlab.core.units import HOUR, MILLISECOND, SECOND
from swarmlab.errors import Conflict, InvalidArgument, NotFound, SwarmlabError

_RUNNING = ContainerState.RUNNING
#: How often a kernel looks at its clock (Linux on Debian and Ubuntu: CONFIG_HZ=250).
_TICK = 4 * MILLISECOND
_STOP_TAKES = 40 * MILLISECOND  # from the signal to the end of a process that obeys


@lru_cache(maxsize=1024)
def _encoded(text: str) -> bytes:
    """What equal containers print is there once."""
    return text.encode()


class ProcessStep(NamedTuple):
    """Time for the next step of a container's process."""

    container_id: str
    epoch: int


class GraceEnds(NamedTuple):
    """A process was asked to stop so long ago that it is killed if it still runs."""

    container_id: str
    epoch: int


class ProcessEnds(NamedTuple):
    """A process has obeyed (or been killed by) a signal."""

    container_id: str
    epoch: int
    exit_code: int
    error: str = ""


class Exited(NamedTuple):
    """To the agent: a task's container has ended."""

    container_id: str
    task_id: str


class Wanted(NamedTuple):
    """To the agent: a plain container is to be started as soon as it has its places on networks of the swarm."""

    container_id: str


class Unplugged(NamedTuple):
    """To the agent: a plain container has left a network of the swarm."""

    container_id: str
    network_id: str


class Engine:
    """One host's engine.  `address` is where the queue delivers its events."""

    def __init__(self, host: str, queue: Queue, profile: Profile, seed: str, registry: Registry | None = None) -> None:
        self.host = host
        self.registry = registry or Registry()
        self.host_files: dict[str, bytes] = {}  # what somebody has written on the host, for bind mounts
        self.address = f"engine/{host}"
        self.queue = queue
        self.profile = profile
        self.ids = Ids(f"{seed}/engine/{host}")
        self.random = random.Random(f"{seed}/engine-timing/{host}")
        self.id = self.ids.hex(40)
        self._phase = int(self.id, 16) % _TICK
        self.containers: dict[str, Container] = {}
        self._by_name: dict[str, Container] = {}
        self._by_task: dict[str, Container] = {}
        self._drawn: Blueprint | None = None  # the last one: the tasks of a service share their config
        self.images = ImageStore(self)
        self.execs = Execs(self)
        self.volumes: dict[str, Volume] = {}
        self.events = EventLog()
        self.wiring = Wiring(self.ids, self.random, profile, queue.now)
        self.networks = self.wiring.networks
        self.overlays = self.wiring.overlays
        self.monitors = Monitors(self)
        self._next_pid = 1200 + self.random.randrange(400)

    # --- containers -----------------------------------------------------------------------------------

    def start_time(self, container: Container) -> int:
        """Return how long this container takes to start."""
        image = images.find(container.image_id)
        return self.about(image.start_time if image else 300 * MILLISECOND)

    def about(self, duration: int) -> int:
        """No two machines are equally fast: `duration`, give or take a seventh, up to a tick of this one's clock.

        So what a hundred containers of a host do is done at some twenty times, not at a hundred.
        """
        takes = int(duration * (0.86 + 0.28 * self.random.random()))
        return takes + (self._phase - self.queue.now - takes) % _TICK

    def create(self, config: ContainerConfig, task: Task | None = None) -> Container:
        """Make a container (it does not run yet), for a task if it is one's.

        Raises NotFound without the image, Conflict when the name is taken, InvalidArgument when there is
        nothing to run or a setting makes no sense.
        """
        drawn = self._drawn
        if drawn is None or drawn.asked is not config:
            settings.check(config)
            drawn = None
        image = images.find(config.image)
        if image is None or image.id not in self.images.tags:
            raise NotFound(f"No such image: {images.normalise(config.image)}")
        if config.mounts and (source := missing_source(config.mounts, self.host_files)):
            raise InvalidArgument(f'invalid mount config for type "bind": bind source path does not exist: {source}')
        if drawn is None:
            drawn = self._drawn = draw(config, image, self.host)
        name = task.name if task is not None else config.name or self.invent_name()
        taken = self._by_name.get(name)
        if taken is not None:
            raise Conflict(
                f'Conflict. The container name "/{name}" is already in use by container "{taken.id}". You have to'
                " remove (or rename) that container to be able to reuse that name."
            )
        container = Container(
            id=self.ids.hex(),
            name=name,
            config=drawn.config,
            image_id=image.id,
            argv=drawn.argv,
            created_at=self.queue.now,
            plan=drawn.plan,
            wishes=drawn.wishes,
            task=task,
            health=UNCHECKED,
            mounted=NOTHING,
            files=NOTHING,
        )
        self.containers[container.id] = self._by_name[name] = container
        if task is not None:
            self._by_task[task.id] = container
        for mount in drawn.config.mounts:
            if mount.type == "volume" and mount.source:
                self.volumes.setdefault(mount.source, Volume(mount.source, self.queue.now))
            elif mount.type == "bind" and not is_there(mount.source, self.host_files):
                self.host_files[mount.source.rstrip("/") + "/"] = b""  # what ``-v`` makes
        self.container_event(container, "create")
        return container

    def find(self, reference: str) -> Container:
        """Return the container with this id, name, or unique beginning of an id.

        Raises NotFound, or InvalidArgument when several begin so.
        """
        if reference in self.containers:
            return self.containers[reference]
        named = self._by_name.get(reference.removeprefix("/"))
        if named is not None:
            return named
        begun = [c for c in self.containers.values() if reference and c.id.startswith(reference)]
        if len(begun) > 1:
            raise InvalidArgument(f"Multiple IDs found with provided prefix: {reference}")
        if not begun:
            raise NotFound(f"No such container: {reference}")
        return begun[0]

    def of_task(self, task_id: str) -> Container | None:
        """Return the container made for a task, or None."""
        return self._by_task.get(task_id)

    def invent_name(self) -> str:
        """Return a free name in the style of Docker's: an adjective and somebody."""
        while True:
            name = invented(self.random)
            if name not in self._by_name:
                return name

    def start(self, container: Container) -> None:
        """Start a container now.  Its places on swarm networks, if it is to have any, are known.

        Raises InvalidArgument in the runtime's words when the command or the user does not exist, Conflict when
        a port is taken, Forbidden, InvalidArgument or Unknown when an address is not to be had.  The container
        then stays as it was, with the exit code set (126, 127, 128).
        """
        image = images.find(container.image_id)
        try:
            runc.check_user(image, container.config.user)
        except InvalidArgument as error:
            container.exit_code, container.error = 128, str(error)
            raise
        if container.plan.not_found:
            refusal = runc.missing_program(container, image, container.plan.not_found)
            container.exit_code = refusal.exit_code
            container.error = (
                "failed to create task for container: failed to create shim task: OCI runtime create failed: runc"
                f" create failed: {refusal.text.replace(': ', ': error during container init: ', 1)}"
            )
            raise InvalidArgument(container.error)
        owner = self.network_owner(container)
        if owner is not container:  # who shares a network shares the host name (moby daemon/start)
            container.config = replace(container.config, hostname=owner.hostname)
        container.ports = self.wiring.bind(container, self.containers.values())
        pid = self._next_pid
        self._next_pid += 1 + int(30 * self.random.random())
        self._plug_in(container)
        container.state = _RUNNING
        container.epoch += 1
        container.step = 0
        container.exit_code, container.error = 0, ""
        container.stopping = container.hung = container.check_fails = container.lost_power = False
        container.oom_killed = False
        container.started_at, container.finished_at = self.queue.now, 0
        container.pid = pid
        self.container_event(container, "start")
        self.monitors.open(container, anew=True)
        if container.config.mounts:
            container.write(bound(container.config.mounts, self.host_files))
        if container.plan.configures:
            container.plan, container.server = container.plan._replace(listens={}), None
            asks = Configure(self.host, container.id, container.epoch, container.plan.configures)
            self.queue.after(0, "servers", asks)
        self._schedule(container)

    def write_host_files(self, files: Mapping[str, bytes | None]) -> None:
        """Change files of the host (None deletes one), and what running containers see of them by bind mounts."""
        written = {path: data for path, data in files.items() if data is not None}
        self.host_files = {path: data for path, data in self.host_files.items() if path not in files} | written
        for container in self.containers.values():
            if container.is_running and container.config.mounts:
                container.write(bound(container.config.mounts, written))

    def connect(self, container: Container, network_id: str, where: Socket) -> None:
        """Put a running container on one more network; with it its way out may come or go.

        Raises Forbidden when the address that it is to have is somebody's.
        """
        self._plug(container, network_id, where)
        self._balance_gateway(container)

    def disconnect(self, container: Container, interface: Interface) -> None:
        """Take a running container off a network."""
        self._unplug(container, interface)
        self._balance_gateway(container)

    def _balance_gateway(self, container: Container) -> None:
        superfluous, missing = self.wiring.balance_gateway(container)
        for interface in superfluous:
            self._unplug(container, interface)
        if missing is not None:
            self._plug(container, missing.id if isinstance(missing, LocalNetwork) else missing.network_id, missing)

    def _plug_in(self, container: Container) -> None:
        """Put a container that starts on its networks: on all of them or none."""
        container.plugged = container.made_inside = 0
        try:
            for network_id, where in self.wiring.sockets(container):
                self._plug(container, network_id, where)
        except SwarmlabError as error:
            for interface in list(container.interfaces):
                self._unplug(container, interface)
            container.ports = ()
            raise type(error)(f"{self.profile.networking}{error}") from None

    def _plug(self, container: Container, network_id: str, where: Socket) -> None:
        interface = self.wiring.plug(container, network_id, where)
        self._network_event(container, interface, "connect")

    def _unplug(self, container: Container, interface: Interface) -> None:
        self.wiring.unplug(container, interface)
        self._network_event(container, interface, "disconnect")
        if interface.driver == "overlay" and not container.task_id:
            container.places = tuple(p for p in container.places if p.network_id != interface.network_id)
            self.queue.after(0, f"agent/{self.host}", Unplugged(container.id, interface.network_id))

    def add_overlay(self, network_id: str, name: str) -> None:
        """A container is going to be on a network of the swarm: from now on it is on this host too."""
        if network_id not in self.overlays:
            self.overlays[network_id] = {}
            self.emit("network", "create", network_id, {"name": name, "type": "overlay"})

    def drop_overlay(self, network_id: str, name: str) -> None:
        """Take a network of the swarm off this host, unless a container is still on it."""
        if self.overlays.get(network_id) == {}:
            del self.overlays[network_id]
            self.emit("network", "destroy", network_id, {"name": name, "type": "overlay"})

    def _network_event(self, container: Container, interface: Interface, action: str) -> None:
        if interface.network == GWBRIDGE:
            return  # the way out is nobody's wish, and not told of
        attributes = {"container": container.id, "name": interface.network, "type": interface.driver}
        self.emit("network", action, interface.network_id, attributes)

    def network_owner(self, container: Container) -> Container:
        """Return the container in whose network this one lives: usually itself.

        Raises NotFound when it shares the network of a container that has gone.
        """
        mode = container.config.network_mode
        return self.find(mode.removeprefix("container:")) if mode.startswith("container:") else container

    # --- the life of a process ------------------------------------------------------------------------

    def _schedule(self, container: Container) -> None:
        """Write what the process prints at once, and put its next step on the queue."""
        steps = container.plan.steps
        for step in steps[container.step :]:
            if step.delay or step.exit_code is not None:
                break
            self._perform(container, step)
            container.step += 1
        else:
            if container.plan.repeat_from is None:
                return
            container.step = container.plan.repeat_from
        repeats = container.plan.repeat_from is not None and container.step >= container.plan.repeat_from
        delay = steps[container.step].delay
        # Who waits for quiet does not wait for a loop, nor for a sleep without end.
        endless = repeats or delay >= HOUR
        self.queue.after(delay, self.address, ProcessStep(container.id, container.epoch), background=endless)

    def receive(self, payload: object) -> None:
        """Take an event off the queue."""
        if isinstance(payload, PullEnds):
            self.images.pull_ends(payload)
            return
        if not isinstance(payload, ProcessStep | ProcessEnds | GraceEnds | Configured):
            self.monitors.receive(payload)
            return
        container = self.containers.get(payload.container_id)
        if container is None or container.epoch != payload.epoch or not container.is_running:
            return  # meant for an earlier life
        if isinstance(payload, Configured):
            self.write_log(container, 2, payload.text.encode())
            container.plan = container.plan._replace(listens=payload.listens)
            if payload.exit_code is not None:
                self.ended(container, payload.exit_code)
            return
        if isinstance(payload, ProcessEnds):
            self.ended(container, payload.exit_code, payload.error)
            return
        if isinstance(payload, GraceEnds):
            self.signal(container, "KILL")
            return
        if container.hung:  # it goes on from here when it is itself again
            self.queue.after(SECOND, self.address, payload, background=True)
            return
        step = container.plan.steps[container.step]
        container.step += 1
        self._perform(container, step)
        if step.exit_code is not None:
            self.ended(container, step.exit_code)
        else:
            self._schedule(container)

    def _perform(self, container: Container, step: Step) -> None:
        text = step.text
        if text and container.config.tty:  # a terminal has one stream, and its own line ends
            self.write_log(container, 1, text.replace("\n", "\r\n").encode())
        elif text:
            self.write_log(container, step.stream, _encoded(text))
        if not (step.makes or step.removes):
            return
        if step.makes and container.files.get(step.makes) is None:
            container.write({step.makes: b""})
        if step.removes:
            container.write({step.removes: None})
        self.touch(container)

    def write_log(self, container: Container, stream: int, data: bytes) -> None:
        """Add what a process printed to its container's log."""
        container.log.append(LogLine(self.queue.now, stream, data))

    def touch(self, container: Container) -> None:
        """Note that a container was changed from outside its process, so that its health may change."""
        self.monitors.touch(container)

    def ended(self, container: Container, exit_code: int, error: str = "") -> None:
        """The process is gone: keep its exit code, free what it held, tell the agent."""
        container.state = ContainerState.EXITED
        container.epoch += 1
        self.monitors.close(container)
        container.exit_code, container.error = exit_code, error
        container.finished_at = self.queue.now
        container.pid = 0
        container.ports = ()
        lasted = {"execDuration": str((self.queue.now - container.started_at) // SECOND)}
        recent = lasted if self.profile.die_tells_duration else {}
        death = {"exitCode": str(exit_code), **recent}
        if not self.profile.die_comes_last:
            self.container_event(container, "die", death)
        for interface in list(container.interfaces):
            self._unplug(container, interface)
        if container.stopping:
            self.container_event(container, "stop")
        if self.profile.die_comes_last:
            self.container_event(container, "die", death)
        self.execs.kill(container)
        if container.task_id:
            self.queue.after(0, f"agent/{self.host}", Exited(container.id, container.task_id))
        if container.restarting and not container.removing:
            self.start_again(container)
        elif container.removing or container.config.auto_remove:
            self.remove(container)

    def signal(self, container: Container, name: str) -> None:
        """Send a signal: KILL ends the process at once, its stop signal if it heeds it.

        Raises Conflict when the container does not run, InvalidArgument for an unknown signal.
        """
        number = signal_number(name)
        if not container.is_running:
            raise Conflict(f"container {container.id} is not running")
        self.container_event(container, "kill", {"signal": str(number)})
        if number == SIGNALS["KILL"]:
            self._end_after(MILLISECOND * 5, container, 137)
        elif container.hung:
            return
        elif number == SIGNALS["HUP"] and container.plan.configures == "nginx":
            self.reload(container)
        elif container.plan.on_stop is not None and number in (SIGNALS["TERM"], self.stop_signal(container)):
            self._end_after(_STOP_TAKES, container, container.plan.on_stop)
        elif number in (SIGNALS["INT"], SIGNALS["QUIT"]) and container.plan.listens:
            self._end_after(_STOP_TAKES, container, container.plan.on_stop or 0)

    def reload(self, container: Container) -> None:
        """Have nginx read its configuration again; a mistake in it changes nothing but the log."""
        if container.is_running and container.plan.configures == "nginx":
            self.queue.after(0, "servers", Configure(self.host, container.id, container.epoch, "nginx", again=True))

    def out_of_memory(self, container: Container) -> None:
        """The kernel kills a container's process because there is no memory left."""
        container.oom_killed = True
        self.container_event(container, "oom")
        self._end_after(MILLISECOND * 5, container, 137)

    def stop_signal(self, container: Container) -> int:
        """Return the number of the signal that asks this container to stop."""
        image = images.find(container.image_id)
        return signal_number(container.config.stop_signal or (image.stop_signal if image else "") or "TERM")

    def stop(self, container: Container, grace: int | None = None, signal: str = "") -> None:
        """Ask the process to end; kill it after `grace` nanoseconds (default: its own setting, else 10 s).

        `signal`: what to ask it with, "" for its own stop signal.  Raises InvalidArgument for an unknown one.
        """
        if not container.is_running:
            return
        if grace is None:
            given = container.config.stop_timeout
            grace = STOP_GRACE_PERIOD if given is None else given
        own = self.stop_signal(container)
        number = signal_number(signal) if signal else own
        container.stopping = True
        self.container_event(container, "kill", {"signal": str(number)})
        if container.plan.on_stop is not None and number in (SIGNALS["TERM"], own) and not container.hung:
            self._end_after(_STOP_TAKES, container, container.plan.on_stop)
        else:
            self.queue.after(grace, self.address, GraceEnds(container.id, container.epoch))

    def restart(self, container: Container, grace: int | None = None, signal: str = "") -> None:
        """Stop the process as `stop` does, and start it again as soon as it has ended."""
        if not container.is_running:
            self.start(container)
            self.container_event(container, "restart")
            return
        self.stop(container, grace, signal)
        container.restarting = True

    def next_pid(self) -> int:
        """Return the number of a process that begins now."""
        pid = self._next_pid
        self._next_pid += 1
        return pid

    def start_again(self, container: Container) -> None:
        """The container that was to be restarted has ended: start it, once its networks are to be had."""
        if self.wiring.foreign(container) and not container.places:
            self.queue.after(0, f"agent/{self.host}", Wanted(container.id))
            return
        container.restarting = False
        with suppress(SwarmlabError):  # a port that is taken by now: it stays as it is, with the exit code set
            self.start(container)
            self.container_event(container, "restart")

    def _end_after(self, delay: int, container: Container, exit_code: int) -> None:
        self.queue.after(delay, self.address, ProcessEnds(container.id, container.epoch, exit_code))

    def pause(self, container: Container) -> None:
        """Freeze a running container.  Raises Conflict when it does not run or is frozen already."""
        if container.state is ContainerState.PAUSED:
            raise Conflict(f"Container {container.id} is already paused")
        if not container.is_running:
            raise Conflict(f"container {container.id} is not running")
        container.state = ContainerState.PAUSED
        self.monitors.close(container)
        self.container_event(container, "pause")

    def unpause(self, container: Container) -> None:
        """Let a frozen container go on.  Raises Conflict when it is not frozen."""
        if container.state is not ContainerState.PAUSED:
            raise Conflict(f"container {container.id} is not paused")
        container.state = ContainerState.RUNNING
        self.monitors.open(container, anew=False)
        self.container_event(container, "unpause")

    def remove(self, container: Container, *, force: bool = False) -> None:
        """Remove a container.  Raises Conflict when it runs and `force` is not set."""
        if container.is_running:
            if not force:
                raise Conflict("container is running: stop the container before removing or force remove")
            container.removing = True
            self.container_event(container, "kill", {"signal": "9"})
            self.ended(container, 137)
            return
        if self.containers.pop(container.id, None) is not None:
            container.gone = True
            del self._by_name[container.name]
            self._by_task.pop(container.task_id, None)
            self.container_event(container, "destroy")
            self.execs.forget(container)

    def rename(self, container: Container, name: str) -> None:
        """Give a container another name.  Raises Conflict when it is taken."""
        taken = self._by_name.get(name)
        if taken is not None and taken is not container:
            raise Conflict(
                f'Conflict. The container name "/{name}" is already in use by container "{taken.id}". You have to'
                " remove (or rename) that container to be able to reuse that name."
            )
        old, container.name = container.name, name
        del self._by_name[old]
        self._by_name[name] = container
        self.container_event(container, "rename", {"oldName": f"/{old}"})

    def power_off(self) -> None:
        """The machine is gone: every process ends at once, without a word to anybody."""
        for container in self.containers.values():
            if container.is_running:
                container.state = ContainerState.EXITED
                container.epoch += 1
                self.monitors.close(container)
                container.exit_code, container.finished_at, container.pid = 255, self.queue.now, 0
                container.ports, container.lost_power = (), True
                for interface in list(container.interfaces):
                    self._unplug(container, interface)

    # --- events ---------------------------------------------------------------------------------------

    def emit(self, kind: str, action: str, actor: str, attributes: Mapping[str, str], scope: str = "local") -> None:
        """Add a line to ``docker events``."""
        self.events.add(self.queue.now, kind, action, actor, attributes, scope)

    def container_event(self, container: Container, action: str, more: Mapping[str, str] = NOTHING) -> None:
        """Add a line about a container to ``docker events``."""
        self.events.add(self.queue.now, "container", action, container.id, Attributes(container, more))
