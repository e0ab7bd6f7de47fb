"""A container as its engine keeps it, and where it stands on networks.

Unlike the records of the swarm's store, containers are the engine's own business: no manager sees them,
they are changed in place, and the swarm hears of them only through what the agent reports.  There may be a hundred
thousand, so they have slots: a third of the memory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from swarmlab.core.agent.programs import Plan
from swarmlab.core.network.endpoints import NO_WISHES, EndpointSettings
from swarmlab.core.objects import DNSConfig, Healthcheck, Mount, PortConfig, Resources, Task


class MountedFile(NamedTuple):
    """A secret or config as a container sees it: a file that it can read and not change."""

    data: bytes
    uid: int = 0
    gid: int = 0
    mode: int = 0o444


class ContainerState(StrEnum):
    """The engine's word for what a container does."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    EXITED = "exited"


_RUNNING, _PAUSED = ContainerState.RUNNING, ContainerState.PAUSED


class AddressV6(NamedTuple):
    """What an interface has of IPv6."""

    address: str
    prefix: int
    gateway: str


@dataclass(slots=True)
class Interface:
    """One network interface inside a container (or a sandbox)."""

    name: str  # eth0
    index: int  # as `ip a` numbers it
    peer: int  # the number of its other end, on the host
    network_id: str
    network: str  # its name: ingress, docker_gwbridge, my_net …
    driver: str  # bridge, overlay, host
    address: str  # without prefix
    prefix: int
    gateway: str  # "" on overlays
    mac: str
    mtu: int
    endpoint_id: str
    aliases: tuple[str, ...] = ()
    ipv6: AddressV6 | None = None
    wishes: EndpointSettings = NO_WISHES  # what it was plugged in with


class Attachment(NamedTuple):
    """A place on a swarm network that the allocator has chosen for a container."""

    network_id: str
    network: str
    address: str  # with prefix
    aliases: tuple[str, ...] = ()
    mtu: int = 1450
    internal: bool = False


@dataclass(slots=True)
class ContainerConfig:
    """What a container is made from: a task's spec or the body of ``POST /containers/create``.

    Never changed: the containers of a service share it.
    """

    image: str  # the reference as given
    command: tuple[str, ...] = ()  # replaces the image's entrypoint; ("",) by nothing
    args: tuple[str, ...] = ()  # replace the image's command
    name: str = ""  # of a container that is not a task's
    env: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    hostname: str = ""
    user: str = ""
    dir: str = ""
    tty: bool = False
    open_stdin: bool = False
    stdin_once: bool = False
    attach: tuple[bool, bool, bool] = (False, False, False)  # standard input, output, error: as `docker run` says
    init: bool = False
    stop_signal: str = ""
    stop_timeout: int | None = None  # nanoseconds
    auto_remove: bool = False
    network_mode: str = "default"  # default, bridge, host, none, container:<id>, or a network's name or id
    #: The networks that it is to be on to begin with; None: the one that the mode says.
    endpoints: tuple[EndpointSettings, ...] | None = None
    extra_hosts: tuple[tuple[str, str], ...] = ()  # name and address, for its /etc/hosts
    dns: DNSConfig = DNSConfig()
    ports: tuple[PortConfig, ...] = ()  # published on the host
    exposed: tuple[str, ...] = ()  # on top of the image's: "80/tcp"
    mounts: tuple[Mount, ...] = ()
    limits: Resources = Resources()
    healthcheck: Healthcheck | None = None
    read_only: bool = False
    host_config: dict[str, object] = field(default_factory=dict)  # as the API was sent it, to be shown again


@dataclass(slots=True)
class LogLine:
    """One write of a container: when, to which stream (1 stdout, 2 stderr), what."""

    at: int
    stream: int
    data: bytes


class HealthResult(NamedTuple):
    """One run of a health check.  Exit code -1: it could not be run, or took too long."""

    began_at: int
    ended_at: int
    exit_code: int
    output: str


@dataclass(slots=True)
class Health:
    """How well a container is, by its own health check."""

    status: str = ""  # starting, healthy, unhealthy; "": nothing is checked
    streak: int = 0  # failures in a row
    log: list[HealthResult] = field(default_factory=list)  # the newest few
    monitor: int = 0  # grows when checking begins or stops, so that what was planned before is dropped
    due_at: int = 0  # when the next check is
    began_at: int = 0  # when the one under way began
    probe: str = ""  # its exec
    touched: bool = False  # something has happened to the container that the next check may find


#: What most containers have instead of a health and mounted files of their own: shared, so never changed.
UNCHECKED = Health()
NOTHING: dict[str, Any] = {}


@dataclass(slots=True)
class Container:
    """One container of one engine."""

    id: str  # 64 hexadecimal digits
    name: str  # without the slash
    config: ContainerConfig
    image_id: str
    argv: tuple[str, ...]
    created_at: int
    plan: Plan  # what its process will do
    state: ContainerState = ContainerState.CREATED
    pid: int = 0
    exit_code: int = 0
    error: str = ""
    started_at: int = 0
    finished_at: int = 0
    task: Task | None = field(default=None, repr=False)  # as it was assigned
    health: Health = field(default_factory=Health)  # its own from its first check on
    interfaces: list[Interface] = field(default_factory=list)  # while it runs
    lost_power: bool = False  # it ended with its host, so nobody took its network down in good order
    wishes: tuple[EndpointSettings, ...] = ()  # the networks it is to be on whenever it runs; a task's are its `places`
    places: tuple[Attachment, ...] = ()  # its places on swarm networks
    plugged: int = 0  # how many interfaces it has had since it was started
    made_inside: int = 0  # how many of them were made in its own network namespace
    ports: tuple[PortConfig, ...] = ()  # host ports as bound
    #: Written over the image's; None: deleted.  Never changed in place: most containers share the empty one.
    files: Mapping[str, bytes | None] = field(default_factory=lambda: NOTHING)
    mounted: dict[str, MountedFile] = field(default_factory=dict)  # secrets and configs, by path; in `files` as well
    log: list[LogLine] = field(default_factory=list)
    kept: dict[str, Any] | None = None  # what its database has been told
    server: Any = None  # what its server has made of its configuration (`network.servers.configured`)
    restarts: int = 0
    step: int = 0  # how far its process is in `plan`
    epoch: int = 0  # grows with each start and end, so that events meant for an earlier life are dropped
    stopping: bool = False  # a stop was asked for: its end is no crash
    hung: bool = False  # a fault: its process is there and does nothing
    check_fails: bool = False  # a fault: its health check does not pass
    oom_killed: bool = False  # a fault: the kernel has killed its process, for want of memory
    removing: bool = False  # to be removed as soon as it has ended
    restarting: bool = False  # to be started again as soon as it has ended
    gone: bool = False  # removed: only streams that still read its log hold it

    @property
    def is_running(self) -> bool:
        """Whether its process exists (paused or not)."""
        return self.state is _RUNNING or self.state is _PAUSED

    @property
    def is_paused(self) -> bool:
        """Whether all its processes are stopped, so that no other one can be started in it either."""
        return self.state is _PAUSED

    @property
    def is_frozen(self) -> bool:
        """Whether its process exists and does nothing: connections are taken (by the kernel) and never answered."""
        return self.state is _PAUSED or self.hung

    @property
    def short_id(self) -> str:
        """The first 12 digits, its default host name."""
        return self.id[:12]

    @property
    def hostname(self) -> str:
        """What ``hostname`` prints inside."""
        return self.config.hostname or self.short_id

    @property
    def task_id(self) -> str:
        """The id of its task, "" without one."""
        return self.task.id if self.task is not None else ""

    @property
    def labels(self) -> dict[str, str]:
        """Its config's, and those that Swarm adds."""
        return _labels(self.config, self.task)

    @property
    def keeps_no_log(self) -> bool:
        """Whether what it prints is for those alone who are attached to it (``--log-driver none``)."""
        config = self.config.host_config.get("LogConfig")
        return isinstance(config, dict) and config.get("Type") == "none"

    def mount(self, files: dict[str, MountedFile]) -> None:
        """Put secrets and configs in, by path."""
        self.mounted = files
        self.write({path: file.data for path, file in files.items()})

    def write(self, files: Mapping[str, bytes | None]) -> None:
        """Write files, by path; None deletes one."""
        self.files = {**self.files, **files}

    @property
    def datagrams(self) -> dict[int, str]:
        """UDP port -> application that is sent datagrams there, while it runs."""
        return self.plan.datagrams if self.state is _RUNNING else {}

    @property
    def listening(self) -> dict[int, str]:
        """TCP port -> application that answers there, while it runs."""
        return self.plan.listens if self.state is _RUNNING else {}


def _labels(config: ContainerConfig, task: Task | None) -> dict[str, str]:
    """Return the labels of a container (moby ``executor/container/container.go``)."""
    if task is None:
        return config.labels
    return {
        **config.labels,
        "com.docker.swarm.node.id": task.node_id,
        "com.docker.swarm.service.id": task.service_id,
        "com.docker.swarm.service.name": task.service_name,
        "com.docker.swarm.task": "",
        "com.docker.swarm.task.id": task.id,
        "com.docker.swarm.task.name": task.name,
    }


class Attributes(Mapping[str, str]):
    """What ``docker events`` tells of a container, as it is called now: worked out only when somebody reads it."""

    __slots__ = ("_config", "_more", "_name", "_task")

    def __init__(self, container: Container, more: Mapping[str, str]) -> None:
        self._config, self._task, self._name = container.config, container.task, container.name
        self._more = more

    def _all(self) -> dict[str, str]:
        return {**_labels(self._config, self._task), "image": self._config.image, "name": self._name, **self._more}

    def __getitem__(self, key: str) -> str:
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


@dataclass(slots=True)
class Exec:
    """A process started in a running container by ``docker exec``."""

    id: str
    container_id: str
    argv: tuple[str, ...]
    tty: bool = False
    stdin: bool = False
    stdout: bool = True
    stderr: bool = True
    env: tuple[str, ...] = ()
    user: str = ""
    dir: str = ""
    running: bool = False
    started: bool = False
    exit_code: int | None = None
    pid: int = 0


@dataclass
class Volume:
    """A named volume of one engine.  Files in it live in the containers; what databases keep in it, here."""

    name: str
    created_at: int
    driver: str = "local"
    labels: dict[str, str] | None = None
    options: dict[str, str] | None = None
    kept: dict[str, Any] = field(default_factory=dict)
