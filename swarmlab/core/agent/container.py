"""A container as its engine keeps it, and where it stands on networks.

Unlike the records of the swarm's store, containers are the engine's own business: no manager sees them,
they are changed in place, and the swarm hears of them only through what the agent reports.  There may be a hundred
thousand, so they have slots: a third of the memory.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from swarmlab.core.agent.programs import Plan
from swarmlab.core.network.endpoints import NO_WISHES, EndpointSettings
from swarmlab.core.objects import Healthcheck, Mount, PortConfig, Resources


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
    index: int  # as `ip a` numbers it; its other end is index + 1
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
    """What a container is made from: a task's spec or the body of ``POST /containers/create``."""

    image: str  # the reference as given
    command: tuple[str, ...] = ()  # replaces the image's entrypoint; ("",) by nothing
    args: tuple[str, ...] = ()  # replace the image's command
    name: str = ""
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
    #: The engine's own networks that it is to be on; None: the one that the mode says.
    endpoints: tuple[EndpointSettings, ...] | None = None
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
    health: Health = field(default_factory=Health)
    interfaces: list[Interface] = field(default_factory=list)  # while it runs
    lost_power: bool = False  # it ended with its host, so nobody took its network down in good order
    places: tuple[Attachment, ...] = ()  # of a task: the swarm networks it is made for
    ports: list[PortConfig] = field(default_factory=list)  # host ports as bound
    files: dict[str, bytes | None] = field(default_factory=dict)  # written over the image's; None: deleted
    mounted: dict[str, MountedFile] = field(default_factory=dict)  # secrets and configs, by path; in `files` as well
    log: list[LogLine] = field(default_factory=list)
    restarts: int = 0
    step: int = 0  # how far its process is in `plan`
    epoch: int = 0  # grows with each start and end, so that events meant for an earlier life are dropped
    stopping: bool = False  # a stop was asked for: its end is no crash
    hung: bool = False  # a fault: its process is there and does nothing
    check_fails: bool = False  # a fault: its health check does not pass
    oom_killed: bool = False  # a fault: the kernel has killed its process, for want of memory
    removing: bool = False  # to be removed as soon as it has ended
    restarting: bool = False  # to be started again as soon as it has ended
    task_id: str = ""
    gone: bool = False  # removed: only streams that still read its log hold it
    _attributes: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_running(self) -> bool:
        """Whether its process exists (paused or not)."""
        return self.state is _RUNNING or self.state is _PAUSED

    @property
    def is_frozen(self) -> bool:
        """Whether its process exists and does nothing: connections are taken (by the kernel) and never answered."""
        return self.state is ContainerState.PAUSED or self.hung

    @property
    def short_id(self) -> str:
        """The first 12 digits, its default host name."""
        return self.id[:12]

    @property
    def hostname(self) -> str:
        """What ``hostname`` prints inside."""
        return self.config.hostname or self.short_id

    @property
    def endpoints(self) -> tuple[EndpointSettings, ...]:
        """The engine's own networks that it is to be on when it runs, the one that its mode says first."""
        config = self.config
        if config.endpoints is not None:
            return config.endpoints
        mode = config.network_mode
        if mode.startswith("container:"):
            return ()  # it lives in the other container's network
        return (EndpointSettings("bridge" if mode in ("default", "") else mode),)

    @property
    def attributes(self) -> dict[str, str]:
        """What ``docker events`` tells of it.  Its events share this, so it is never changed, only made anew."""
        config = self.config
        if self._attributes.get("name") != self.name:
            self._attributes = {**config.labels, "image": config.image, "name": self.name}
        return self._attributes

    def mount(self, files: dict[str, MountedFile]) -> None:
        """Put secrets and configs in, by path."""
        self.mounted = files
        self.files |= {path: file.data for path, file in files.items()}

    @property
    def listening(self) -> dict[int, str]:
        """TCP port -> application that answers there, while it runs."""
        return self.plan.listens if self.state is _RUNNING else {}


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
    """A named volume of one engine.  What is in it lives in the containers' files."""

    name: str
    created_at: int
    driver: str = "local"
    labels: dict[str, str] | None = None
    options: dict[str, str] | None = None
