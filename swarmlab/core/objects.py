"""The objects a swarm is made of: immutable records, what was asked apart from what was seen.

A *spec* is what a user asked for and no component ever edits it; everything beside it is what the swarm
worked out or observed.  Records are changed only by ``_replace`` inside a store transaction, so whoever
holds one may keep it for ever.  Names and shapes are SwarmKit's (``api/objects.proto``,
``api/specs.proto``, ``api/types.proto``); sums of types there are plain optional fields here.

Dicts inside a record (labels, options) are never changed in place.  Times and durations are nanoseconds.

The last three fields of whatever the store keeps are the store's own: which transaction wrote it, when it was made,
and when it was last written.
"""

from typing import NamedTuple

from swarmlab.core.states import Availability, NodeState, Role, TaskState, UpdateState

Labels = dict[str, str]

# --- what a container should be -----------------------------------------------------------------------


class Mount(NamedTuple):
    """A volume, bind or tmpfs mount.  Options are kept as the API sent them."""

    type: str = "volume"
    source: str = ""
    target: str = ""
    read_only: bool = False
    consistency: str = ""
    bind_options: dict[str, object] | None = None
    volume_options: dict[str, object] | None = None
    tmpfs_options: dict[str, object] | None = None


class Healthcheck(NamedTuple):
    """When a container counts as healthy.  0 and () mean: as the image says."""

    test: tuple[str, ...] = ()
    interval: int = 0
    timeout: int = 0
    start_period: int = 0
    start_interval: int = 0
    retries: int = 0


class FileReference(NamedTuple):
    """A secret or config that a container wants as a file."""

    id: str
    name: str
    file: str = ""
    uid: str = "0"
    gid: str = "0"
    mode: int = 0o444
    target: str = "file"  # or runtime: for the engine's own use, not mounted; "": the user did not say


class DNSConfig(NamedTuple):
    """Name servers of the user's own."""

    nameservers: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


class Ulimit(NamedTuple):
    """A limit of the process, as in setrlimit(2)."""

    name: str
    hard: int
    soft: int


class ContainerSpec(NamedTuple):
    """What runs: image, command and surroundings."""

    image: str = ""
    labels: Labels = {}
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    hostname: str = ""
    env: tuple[str, ...] = ()
    dir: str = ""
    user: str = ""
    groups: tuple[str, ...] = ()
    privileges: dict[str, object] | None = None
    init: bool | None = None
    stop_signal: str = ""
    tty: bool = False
    open_stdin: bool = False
    read_only: bool = False
    mounts: tuple[Mount, ...] = ()
    stop_grace_period: int | None = None
    healthcheck: Healthcheck | None = None
    hosts: tuple[str, ...] = ()
    dns_config: DNSConfig | None = None
    secrets: tuple[FileReference, ...] = ()
    configs: tuple[FileReference, ...] = ()
    isolation: str = ""
    sysctls: dict[str, str] = {}
    capability_add: tuple[str, ...] = ()
    capability_drop: tuple[str, ...] = ()
    ulimits: tuple[Ulimit, ...] = ()
    oom_score_adj: int = 0


class GenericResource(NamedTuple):
    """A resource the operator invented: so many of a kind, or one with a name."""

    kind: str
    value: int = 0
    name: str = ""


class Resources(NamedTuple):
    """An amount of CPU (billionths), memory (bytes) and more.  0: not given."""

    nano_cpus: int = 0
    memory_bytes: int = 0
    pids: int = 0
    generic: tuple[GenericResource, ...] = ()


class ResourceRequirements(NamedTuple):
    """Limits are enforced on the node, reservations counted by the scheduler."""

    limits: Resources | None = None
    reservations: Resources | None = None


class RestartPolicy(NamedTuple):
    """When a task that ended gets a successor.  None: the default."""

    condition: str = "any"  # none, on-failure, any
    delay: int | None = None
    max_attempts: int | None = None
    window: int | None = None


class Platform(NamedTuple):
    """An operating system and architecture."""

    architecture: str = ""
    os: str = ""


class Placement(NamedTuple):
    """Where tasks may go (constraints, must hold) and should go (preferences, spread evenly)."""

    constraints: tuple[str, ...] = ()
    preferences: tuple[str, ...] = ()  # spread descriptors: "node.labels.zone"
    max_replicas: int = 0
    platforms: tuple[Platform, ...] = ()


class NetworkAttachmentConfig(NamedTuple):
    """A wish to be on a network (`target` is its id)."""

    target: str
    aliases: tuple[str, ...] = ()
    driver_opts: dict[str, str] | None = None
    address: str = ""  # one that was asked for, of a plain container


class Driver(NamedTuple):
    """A plugin by name, with its options."""

    name: str = ""
    options: dict[str, str] | None = None


class TaskSpec(NamedTuple):
    """The template of a service's tasks (the API's TaskTemplate)."""

    container: ContainerSpec | None = None
    attachment: str = ""  # instead of a container: a plain container to be put on a network
    resources: ResourceRequirements | None = None
    restart: RestartPolicy | None = None
    placement: Placement | None = None
    networks: tuple[NetworkAttachmentConfig, ...] = ()
    log_driver: Driver | None = None
    force_update: int = 0


# --- services -----------------------------------------------------------------------------------------


class PortConfig(NamedTuple):
    """A published port.  `published` 0: to be chosen."""

    target: int
    published: int = 0
    protocol: str = "tcp"
    mode: str = "ingress"  # or host
    name: str = ""


class EndpointSpec(NamedTuple):
    """How a service is reached: one virtual address or the tasks' own, and its published ports."""

    mode: str = "vip"  # or dnsrr
    ports: tuple[PortConfig, ...] = ()


class UpdateConfig(NamedTuple):
    """How tasks are replaced.  Parallelism 0: all at once."""

    parallelism: int = 1
    delay: int = 0
    failure_action: str = "pause"  # continue, rollback
    monitor: int | None = None
    max_failure_ratio: float = 0.0
    order: str = "stop-first"  # start-first


class ServiceMode(NamedTuple):
    """How many tasks: so many (replicated), one a node (global), or as a job that ends."""

    kind: str = "replicated"  # global, replicated-job, global-job
    replicas: int = 1  # replicated only
    max_concurrent: int = 0  # replicated-job only
    total_completions: int = 0  # replicated-job only


class ServiceSpec(NamedTuple):
    """What the user asked for."""

    name: str = ""
    labels: Labels = {}
    task: TaskSpec = TaskSpec()
    mode: ServiceMode = ServiceMode()
    update: UpdateConfig | None = None
    rollback: UpdateConfig | None = None
    endpoint: EndpointSpec | None = None


class VirtualIP(NamedTuple):
    """The address of a service on a network, with its prefix: ``10.0.1.2/24``; "" on predefined networks."""

    network_id: str
    address: str


class Endpoint(NamedTuple):
    """What the allocator made of an endpoint spec."""

    spec: EndpointSpec | None = None
    ports: tuple[PortConfig, ...] = ()
    virtual_ips: tuple[VirtualIP, ...] = ()


class UpdateStatus(NamedTuple):
    """How the last update went.  Times are 0 until they come."""

    state: UpdateState
    message: str
    started_at: int = 0
    completed_at: int = 0


class JobStatus(NamedTuple):
    """Which run of a job this is, and when it was asked for."""

    iteration: int = 0
    last_execution: int = 0


class Service(NamedTuple):
    """A service: a wish, kept true by the orchestrator."""

    id: str
    spec: ServiceSpec
    spec_version: int = 0  # marks the tasks made from this revision of the spec
    previous_spec: ServiceSpec | None = None
    previous_spec_version: int = 0
    endpoint: Endpoint | None = None
    update_status: UpdateStatus | None = None
    job_status: JobStatus | None = None
    version: int = 0
    created_at: int = 0
    updated_at: int = 0


# --- tasks --------------------------------------------------------------------------------------------


class ContainerStatus(NamedTuple):
    """What the agent knows of a task's container."""

    container_id: str = ""
    pid: int = 0
    exit_code: int = 0


class TaskStatus(NamedTuple):
    """What was last seen of a task, and when."""

    state: TaskState
    timestamp: int
    message: str = ""
    err: str = ""
    container: ContainerStatus | None = None
    ports: tuple[PortConfig, ...] = ()  # host-mode ports only


class NetworkAttachment(NamedTuple):
    """A task's place on a network: its address there, with prefix."""

    network_id: str
    address: str
    aliases: tuple[str, ...] = ()


class Task(NamedTuple):
    """One attempt to run one container on one node.  Never restarted, only replaced."""

    id: str
    service_id: str
    slot: int  # 0 for global services, where the node is the slot, and for the first task of a replicated job
    spec: TaskSpec
    spec_version: int = 0
    service_name: str = ""
    service_labels: Labels = {}
    log_driver: Driver | None = None
    job_iteration: int | None = None  # only tasks of jobs have one
    generic_resources: tuple[GenericResource, ...] = ()
    endpoint: Endpoint | None = None
    networks: tuple[NetworkAttachment, ...] = ()
    node_id: str = ""
    desired_state: TaskState = TaskState.RUNNING
    status: TaskStatus = TaskStatus(TaskState.NEW, 0)
    reported_at: int = 0  # when a manager heard of the status from the agent; 0: it is a manager's own
    version: int = 0
    created_at: int = 0
    updated_at: int = 0

    @property
    def name(self) -> str:
        """``web.1.<task id>``, also the container's name (SwarmKit ``api/naming``)."""
        return f"{self.service_name}.{self.slot or self.node_id}.{self.id}"

    @property
    def noted_at(self) -> int:
        """When a manager wrote the status (SwarmKit: ``TaskStatus.applied_at``)."""
        return self.reported_at or self.status.timestamp

    def reported(self, status: TaskStatus, version: int, at: int) -> "Task":
        """Return the task with what its agent has seen of it, as the store writes it: the most frequent write of all.

        This and the others below do what `_replace` does, in a third of the time.
        """
        return tuple.__new__(Task, self[:-5] + (status, at, version, self.created_at, at))

    def allocated(
        self, networks: tuple[NetworkAttachment, ...], endpoint: Endpoint | None, status: TaskStatus
    ) -> "Task":
        """Return the task with its addresses."""
        given = (endpoint, networks, self.node_id, self.desired_state, status)
        return tuple.__new__(Task, self[:-9] + given + self[-4:])

    def placed(self, node_id: str, status: TaskStatus) -> "Task":
        """Return the task with a node."""
        return tuple.__new__(Task, self[:-7] + (node_id, self.desired_state, status) + self[-4:])

    def another(self, id_: str, slot: int) -> "Task":
        """Return a task like this one, made at the same moment for another slot."""
        return tuple.__new__(Task, (id_, self.service_id, slot) + self[3:])


# --- nodes --------------------------------------------------------------------------------------------


class NodeSpec(NamedTuple):
    """What the operator asks of a node.  `role` is the desired one."""

    name: str = ""
    labels: Labels = {}
    role: Role = Role.WORKER
    availability: Availability = Availability.ACTIVE


class NodeDescription(NamedTuple):
    """What a node says of itself when it registers."""

    hostname: str
    platform: Platform = Platform("x86_64", "linux")
    resources: Resources = Resources()
    engine_version: str = ""
    engine_labels: Labels = {}
    plugins: tuple[tuple[str, str], ...] = ()  # (type, name)


class NodeStatus(NamedTuple):
    """What the dispatcher sees of a node."""

    state: NodeState = NodeState.UNKNOWN
    message: str = ""
    addr: str = ""


class Node(NamedTuple):
    """A machine of the swarm."""

    id: str
    spec: NodeSpec
    role: Role = Role.WORKER  # observed
    description: NodeDescription | None = None
    status: NodeStatus = NodeStatus()
    attachments: dict[str, str] = {}  # network id -> the node's load-balancer address there, with prefix
    membership: str = "accepted"
    version: int = 0
    created_at: int = 0
    updated_at: int = 0


class ManagerStatus(NamedTuple):
    """A manager as its raft peers see it.  Worked out when asked for, never stored."""

    addr: str
    leader: bool = False
    reachability: str = "reachable"


# --- networks, secrets, configs, the cluster ----------------------------------------------------------


class IPAMConfig(NamedTuple):
    """One pool of addresses: subnet, the part to hand out from, the gateway."""

    subnet: str = ""
    range: str = ""
    gateway: str = ""
    reserved: dict[str, str] = {}


class NetworkSpec(NamedTuple):
    """What the user asked for."""

    name: str = ""
    labels: Labels = {}
    driver: Driver | None = None
    ipam_driver: Driver | None = None
    ipam: tuple[IPAMConfig, ...] = ()
    internal: bool = False
    attachable: bool = False
    ingress: bool = False
    ipv6: bool = False
    scope: str = "swarm"
    config_from: str = ""


class Network(NamedTuple):
    """A network of the swarm.  `driver_state` is None until it has been allocated."""

    id: str
    spec: NetworkSpec
    driver_state: Driver | None = None
    ipam: tuple[IPAMConfig, ...] = ()
    version: int = 0
    created_at: int = 0
    updated_at: int = 0

    @property
    def is_predefined(self) -> bool:
        """Whether it stands for the engine's own bridge or host network."""
        return "com.docker.swarm.predefined" in self.spec.labels


class SecretSpec(NamedTuple):
    """A secret or config: a named piece of data."""

    name: str = ""
    labels: Labels = {}
    data: bytes = b""
    driver: Driver | None = None
    templating: Driver | None = None


class Secret(NamedTuple):
    """A secret; its data is never given back."""

    id: str
    spec: SecretSpec
    version: int = 0
    created_at: int = 0
    updated_at: int = 0


class Config(NamedTuple):
    """A config: as a secret, but its data may be read."""

    id: str
    spec: SecretSpec
    version: int = 0
    created_at: int = 0
    updated_at: int = 0


class ClusterSpec(NamedTuple):
    """The settings of a swarm as a whole, with SwarmKit's defaults."""

    name: str = "default"
    labels: Labels = {}
    task_history_limit: int = 5
    snapshot_interval: int = 10_000
    keep_old_snapshots: int = 0
    log_entries_for_slow_followers: int = 500
    election_tick: int = 10
    heartbeat_tick: int = 1
    heartbeat_period: int = 5_000_000_000
    node_cert_expiry: int = 7_776_000_000_000_000  # 90 days
    force_rotate: int = 0
    autolock: bool = False


class Cluster(NamedTuple):
    """The swarm itself."""

    id: str
    spec: ClusterSpec = ClusterSpec()
    ca_digest: str = ""  # 50 base-36 characters, shared by both tokens
    worker_secret: str = ""
    manager_secret: str = ""
    default_address_pool: tuple[str, ...] = ()
    subnet_size: int = 24
    data_path_port: int = 4789
    unlock_key: str = ""
    version: int = 0
    created_at: int = 0
    updated_at: int = 0

    @property
    def worker_token(self) -> str:
        """The token that makes whoever joins with it a worker."""
        return f"SWMTKN-1-{self.ca_digest}-{self.worker_secret}"

    @property
    def manager_token(self) -> str:
        """The token that makes whoever joins with it a manager."""
        return f"SWMTKN-1-{self.ca_digest}-{self.manager_secret}"


#: Anything that the store keeps.
StoreObject = Cluster | Node | Service | Task | Network | Secret | Config
