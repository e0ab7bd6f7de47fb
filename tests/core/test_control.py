"""The control API: what is refused, in which words and order, and what is written."""

import pytest

from swarmlab.core.ids import Ids
from swarmlab.core.manager.control import Control
from swarmlab.core.objects import (
    Cluster,
    ClusterSpec,
    ContainerSpec,
    Endpoint,
    EndpointSpec,
    FileReference,
    Healthcheck,
    IPAMConfig,
    Mount,
    Network,
    NetworkAttachmentConfig,
    NetworkSpec,
    Node,
    NodeSpec,
    NodeStatus,
    Placement,
    PortConfig,
    ResourceRequirements,
    Resources,
    RestartPolicy,
    SecretSpec,
    Service,
    ServiceMode,
    ServiceSpec,
    Task,
    TaskSpec,
    TaskStatus,
    UpdateConfig,
)
from swarmlab.core.queue import Queue
from swarmlab.core.states import NodeState, Role, TaskState, UpdateState
from swarmlab.core.store import Store
from swarmlab.core.units import SECOND
from swarmlab.errors import (
    AlreadyExists,
    FailedPrecondition,
    Forbidden,
    InvalidArgument,
    NotFound,
    NotImplementedHere,
    SwarmlabError,
    Unknown,
)

Refusal = type[SwarmlabError]


@pytest.fixture
def control() -> Control:
    """A swarm with one manager, a worker and the routing mesh's network, at second 1000."""
    queue = Queue(1000 * SECOND)
    control = Control(Store(queue), Ids("test"), queue)
    with control.store.transaction("simulation") as write:
        write.create(Cluster("c1", worker_secret="w", manager_secret="m"))
        write.create(Node("m1", NodeSpec(role=Role.MANAGER), Role.MANAGER, status=NodeStatus(NodeState.READY)))
        write.create(Node("w1", NodeSpec(), status=NodeStatus(NodeState.READY)))
        write.create(Network("ingress1", NetworkSpec(name="ingress", ingress=True)))
    return control


def spec(name: str = "web", image: str = "httpd", task: TaskSpec | None = None, **more: object) -> ServiceSpec:
    """A valid service spec, unless something else is asked for."""
    return ServiceSpec(name, task=task or TaskSpec(ContainerSpec(image)), **more)  # type: ignore[arg-type]


def container(**more: object) -> TaskSpec:
    return TaskSpec(ContainerSpec("httpd", **more))  # type: ignore[arg-type]


def published(*ports: int, mode: str = "ingress", endpoint: str = "vip") -> EndpointSpec:
    return EndpointSpec(endpoint, tuple(PortConfig(80, port, mode=mode) for port in ports))


# --- services -----------------------------------------------------------------------------------------


def test_a_new_service_is_in_the_store_with_a_docker_like_id(control: Control) -> None:
    service = control.create_service(spec())
    assert len(service.id) == 25
    assert control.store.service(service.id) == service
    assert (service.spec_version, service.previous_spec, service.update_status) == (0, None, None)
    assert service.created_at == service.updated_at == 1000 * SECOND
    assert service.version == control.store.version


@pytest.mark.parametrize(
    ("wish", "kind", "sentence"),
    [
        (spec(""), InvalidArgument, "meta: name must be provided"),
        (spec("a b"), InvalidArgument, "name must be valid as a DNS name component"),
        (spec("web-"), InvalidArgument, "name must be valid as a DNS name component"),
        (spec("a" * 64), InvalidArgument, "name must be 63 characters or fewer"),
        (spec(image=""), InvalidArgument, "ContainerSpec: image reference must be provided"),
        (spec(image="UPPER/Case"), InvalidArgument, 'ContainerSpec: "UPPER/Case" is not a valid repository/tag'),
        (spec(task=TaskSpec()), InvalidArgument, "TaskSpec: missing runtime"),
        (
            spec(task=container()._replace(resources=ResourceRequirements(Resources(nano_cpus=100)))),
            InvalidArgument,
            "invalid cpu value 1e-07: Must be at least 0.001",
        ),
        (
            spec(task=container()._replace(resources=ResourceRequirements(None, Resources(memory_bytes=1)))),
            InvalidArgument,
            "invalid memory value 1: Must be at least 4MiB",
        ),
        (
            spec(task=container()._replace(restart=RestartPolicy(delay=-1))),
            InvalidArgument,
            "TaskSpec: restart-delay cannot be negative",
        ),
        (
            spec(task=container()._replace(restart=RestartPolicy(window=-1))),
            InvalidArgument,
            "TaskSpec: restart-window cannot be negative",
        ),
        (
            spec(task=container()._replace(placement=Placement(("node.role=manager",)))),
            Unknown,
            "constraint expected one operator from ==, !=",
        ),
        (
            spec(task=container(mounts=(Mount(target="/x"), Mount(target="/x")))),
            InvalidArgument,
            "ContainerSpec: duplicate mount point: /x",
        ),
        (
            spec(task=container(healthcheck=Healthcheck(timeout=5))),
            InvalidArgument,
            "ContainerSpec: Timeout in HealthConfig cannot be less than 1ms",
        ),
        (
            spec(task=container(healthcheck=Healthcheck(retries=-1))),
            InvalidArgument,
            "ContainerSpec: Retries in HealthConfig cannot be negative",
        ),
        (spec(mode=ServiceMode(replicas=2**64 - 1)), InvalidArgument, "Number of replicas must be non-negative"),
        (
            spec(mode=ServiceMode("global-job"), update=UpdateConfig()),
            InvalidArgument,
            "Jobs may not have an update config",
        ),
        (spec(update=UpdateConfig(delay=-1)), InvalidArgument, "TaskSpec: update-delay cannot be negative"),
        (spec(update=UpdateConfig(monitor=-1)), InvalidArgument, "TaskSpec: update-monitor cannot be negative"),
        (
            spec(update=UpdateConfig(max_failure_ratio=1.5)),
            InvalidArgument,
            "TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1",
        ),
        (
            spec(endpoint=published(80, endpoint="dnsrr")),
            InvalidArgument,
            "EndpointSpec: port published with ingress mode can't be used with dnsrr mode",
        ),
        (
            spec(endpoint=published(80, 80)),
            InvalidArgument,
            "EndpointSpec: duplicate published ports provided",
        ),
        (
            spec(task=container()._replace(networks=(NetworkAttachmentConfig("ingress1"),))),
            InvalidArgument,
            'Service cannot be explicitly attached to the ingress network "ingress"',
        ),
        (
            spec(task=container(secrets=(FileReference("", "s", "s"),))),
            InvalidArgument,
            "malformed secret reference",
        ),
        (
            spec(task=container(configs=(FileReference("1", "a", target=""),))),
            InvalidArgument,
            "malformed config reference, no target provided",
        ),
        (
            spec(
                task=container(privileges={"CredentialSpec": {"Config": "1"}}, configs=(FileReference("1", "a", "/f"),))
            ),
            InvalidArgument,
            "CredentialSpec references config '1', but that config isn't in config references with RuntimeTarget",
        ),
        (
            spec(task=container(configs=(FileReference("1", "a", "/f"), FileReference("2", "b", "/f")))),
            InvalidArgument,
            "config references 'a' and 'b' have a conflicting target: '/f'",
        ),
        (
            spec(task=container(secrets=(FileReference("1", "a", "a"), FileReference("2", "b", "b")))),
            InvalidArgument,
            "secrets not found: a, b",
        ),
        (spec(task=container(configs=(FileReference("1", "a", "a"),))), InvalidArgument, "config not found: a"),
    ],
)
def test_a_service_that_makes_no_sense_is_refused(
    control: Control, wish: ServiceSpec, kind: Refusal, sentence: str
) -> None:
    before = control.store.version
    with pytest.raises(SwarmlabError) as refusal:
        control.create_service(wish)
    assert (type(refusal.value), str(refusal.value)) == (kind, sentence)
    assert (list(control.store.services()), control.store.version) == ([], before)


@pytest.mark.parametrize(
    "image",
    ["httpd", "httpd:2.4", "library/httpd", "localhost:5000/a/b:c", "UPPER.host/case", "a@sha256:" + "0" * 64, "a__b"],
)
def test_image_references_that_docker_accepts(control: Control, image: str) -> None:
    assert control.create_service(spec(image=image)).spec.task.container is not None


@pytest.mark.parametrize("image", ["Httpd", "a//b", "a:b:c", ":x", "a@sha256:1", "0" * 64, "-a", "a/", "ä"])
def test_image_references_that_docker_refuses(control: Control, image: str) -> None:
    with pytest.raises(InvalidArgument, match="is not a valid repository/tag"):
        control.create_service(spec(image=image))


def test_the_first_of_several_faults_is_named(control: Control) -> None:
    wish = spec("a b", image="", update=UpdateConfig(delay=-1))
    with pytest.raises(InvalidArgument, match="DNS name component"):
        control.create_service(wish)


def test_names_are_unique_whatever_their_case(control: Control) -> None:
    control.create_service(spec("web"))
    with pytest.raises(AlreadyExists) as refusal:
        control.create_service(spec("WEB"))
    assert str(refusal.value) == "name conflicts with an existing object: service WEB already exists"


@pytest.mark.parametrize(
    ("has", "wants", "how"),
    [
        ("ingress", "ingress", "an ingress port"),
        ("ingress", "host", "an ingress port"),
        ("host", "ingress", "a host-published port"),
        ("host", "host", None),  # left to the scheduler
    ],
)
def test_a_published_port_belongs_to_one_service(control: Control, has: str, wants: str, how: str | None) -> None:
    first = control.create_service(spec("web", endpoint=published(8080, mode=has)))
    wish = spec("other", endpoint=published(8080, mode=wants))
    if how is None:
        control.create_service(wish)
        return
    with pytest.raises(InvalidArgument) as refusal:
        control.create_service(wish)
    assert str(refusal.value) == f"port '8080' is already in use by service 'web' ({first.id}) as {how}"


def test_a_port_that_the_swarm_chose_is_taken_too(control: Control) -> None:
    service = control.create_service(spec("web", endpoint=published(0)))
    with control.store.transaction("allocator") as write:
        write.update(service._replace(endpoint=service.endpoint or _endpoint(30000)))
    with pytest.raises(InvalidArgument, match="port '30000' is already in use by service 'web'"):
        control.create_service(spec("other", endpoint=published(30000)))


def _endpoint(port: int) -> Endpoint:
    return Endpoint(None, (PortConfig(80, port),))


def test_an_ingress_port_needs_the_ingress_network(control: Control) -> None:
    control.remove_network("ingress1")
    control.create_service(spec("plain", endpoint=published(8080, mode="host")))
    with pytest.raises(FailedPrecondition, match="service needs ingress network, but no ingress network is present"):
        control.create_service(spec("web", endpoint=published(80)))


def test_an_update_keeps_the_spec_before_it(control: Control) -> None:
    first = control.create_service(spec())
    second = control.update_service(first.id, first.version, spec(image="httpd:2.4"))
    assert second.previous_spec == first.spec
    assert (second.spec_version, second.previous_spec_version) == (first.version, 0)
    assert second.version > first.version


def test_a_rollback_swaps_the_specs_and_a_second_one_swaps_them_back(control: Control) -> None:
    first = control.create_service(spec())
    second = control.update_service(first.id, first.version, spec(image="httpd:2.4"))
    third = control.update_service(first.id, second.version, spec(), rollback=True)
    assert (third.spec, third.previous_spec) == (first.spec, second.spec)
    assert (third.spec_version, third.previous_spec_version) == (0, second.spec_version)
    assert third.update_status is not None
    assert third.update_status.state is UpdateState.ROLLBACK_STARTED
    assert (third.update_status.message, third.update_status.started_at) == ("manually requested rollback", 10**12)
    fourth = control.update_service(first.id, third.version, spec(), rollback=True)
    assert fourth.spec == second.spec
    assert control.update_service(first.id, fourth.version, spec()).update_status is None


def test_what_an_update_may_not_do(control: Control) -> None:
    service = control.create_service(spec())
    version = service.version
    for refusal, sentence, call in (
        (NotFound, "service nope not found", lambda: control.update_service("nope", version, spec())),
        (
            NotImplementedHere,
            "service mode change is not allowed",
            lambda: control.update_service(service.id, version, spec(mode=ServiceMode("global"))),
        ),
        (
            NotImplementedHere,
            "renaming services is not supported",
            lambda: control.update_service(service.id, version, spec("other")),
        ),
        (
            FailedPrecondition,
            f"service {service.id} does not have a previous spec",
            lambda: control.update_service(service.id, version, spec(), rollback=True),
        ),
        (Unknown, "update out of sequence", lambda: control.update_service(service.id, version - 1, spec())),
        (
            InvalidArgument,
            "ContainerSpec: image reference must be provided",
            lambda: control.update_service(service.id, version - 1, spec(image="")),
        ),
    ):
        with pytest.raises(refusal) as said:
            call()
        assert str(said.value) == sentence
    assert control.store.service(service.id) == service


def test_a_service_may_keep_its_own_ports(control: Control) -> None:
    service = control.create_service(spec(endpoint=published(8080)))
    updated = control.update_service(service.id, service.version, spec(endpoint=published(8080, 8081)))
    assert updated.spec.endpoint == published(8080, 8081)


def test_each_update_of_a_job_is_another_run(control: Control) -> None:
    job = control.create_service(spec(mode=ServiceMode("replicated-job", max_concurrent=1, total_completions=1)))
    assert job.job_status is not None
    assert (job.job_status.iteration, job.job_status.last_execution) == (0, 1000 * SECOND)
    control.queue.now += SECOND
    again = control.update_service(job.id, job.version, job.spec)
    assert again.job_status is not None
    assert (again.job_status.iteration, again.job_status.last_execution) == (1, 1001 * SECOND)


def test_the_name_of_a_removed_service_is_free_at_once(control: Control) -> None:
    control.remove_service(control.create_service(spec()).id)
    control.create_service(spec())
    with pytest.raises(NotFound, match="service nope not found"):
        control.remove_service("nope")


def test_every_write_is_signed_by_control(control: Control) -> None:
    actors = []
    control.store.watch(("service", "node", "network", "secret", "cluster"), lambda change: actors.append(change.actor))
    control.create_service(spec())
    control.create_network(NetworkSpec(name="net"))
    control.create_secret(SecretSpec("s", data=b"x"))
    control.remove_node("w1", force=True)
    control.update_cluster(control.store.cluster.version, ClusterSpec())
    assert actors == ["control"] * 5


# --- nodes --------------------------------------------------------------------------------------------


def test_the_last_manager_cannot_be_demoted(control: Control) -> None:
    node = control.store.node("m1")
    assert node is not None
    with pytest.raises(FailedPrecondition, match="attempting to demote the last manager of the swarm"):
        control.update_node("m1", node.version, NodeSpec(role=Role.WORKER))


def test_a_demotion_that_loses_the_quorum_is_refused(control: Control) -> None:
    with control.store.transaction("simulation") as write:
        write.create(Node("m2", NodeSpec(role=Role.MANAGER), Role.MANAGER, status=NodeStatus(NodeState.READY)))
        write.create(Node("m3", NodeSpec(role=Role.MANAGER), Role.MANAGER, status=NodeStatus(NodeState.DOWN)))
    for node_id, allowed in (("m2", False), ("m3", True)):
        node = control.store.node(node_id)
        assert node is not None
        if allowed:
            assert control.update_node(node_id, node.version, NodeSpec()).spec.role is Role.WORKER
        else:
            with pytest.raises(FailedPrecondition, match="this would result in a loss of quorum"):
                control.update_node(node_id, node.version, NodeSpec())


def test_a_node_is_removed_when_down_or_by_force_but_never_as_a_manager(control: Control) -> None:
    with pytest.raises(FailedPrecondition, match="node w1 is not down and can't be removed"):
        control.remove_node("w1")
    with pytest.raises(FailedPrecondition, match="node m1 is a cluster manager and is a member of the raft cluster"):
        control.remove_node("m1", force=True)
    with pytest.raises(NotFound, match="node nope not found"):
        control.remove_node("nope")
    control.remove_node("w1", force=True)
    assert control.store.node("w1") is None


def test_the_tasks_of_a_removed_node_are_orphans(control: Control) -> None:
    with control.store.transaction("simulation") as write:
        for name, state in (("t1", TaskState.RUNNING), ("t2", TaskState.FAILED)):
            status = TaskStatus(state, 1)
            write.create(Task(name, "s", 1, TaskSpec(), status=status, node_id="w1"))
    control.remove_node("w1", force=True)
    states = {task.id: task.status.state for task in control.store.tasks()}
    assert states == {"t1": TaskState.ORPHANED, "t2": TaskState.FAILED}


# --- networks, secrets, configs, cluster --------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "kind", "sentence"),
    [
        (
            NetworkSpec(name="a", ingress=True, attachable=True),
            InvalidArgument,
            "ingress network cannot be attachable",
        ),
        (NetworkSpec(name="a b"), InvalidArgument, "name must be valid as a DNS name component"),
        (NetworkSpec(name="a", labels={"com.docker.swarm.predefined": ""}), Forbidden, None),
        (NetworkSpec(name="a", ingress=True), AlreadyExists, "ingress network (ingress1) is already present"),
        (
            NetworkSpec(name="a", ipam=(IPAMConfig("x"),)),
            InvalidArgument,
            "ipam configuration: invalid subnet x",
        ),
        (
            NetworkSpec(name="a", ipam=(IPAMConfig("10.1.0.0/24", "10.2.0.0/25"),)),
            InvalidArgument,
            "ipam configuration: subnet 10.1.0.0/24 does not contain range 10.2.0.0/25",
        ),
        (
            NetworkSpec(name="a", ipam=(IPAMConfig("10.1.0.0/24", gateway="10.2.0.1"),)),
            InvalidArgument,
            "ipam configuration: subnet 10.1.0.0/24 does not contain gateway 10.2.0.1",
        ),
    ],
)
def test_a_network_that_makes_no_sense_is_refused(
    control: Control, wish: NetworkSpec, kind: Refusal, sentence: str | None
) -> None:
    with pytest.raises(SwarmlabError) as refusal:
        control.create_network(wish)
    assert type(refusal.value) is kind
    assert sentence is None or str(refusal.value) == sentence


def test_a_network_in_use_stays(control: Control) -> None:
    network = control.create_network(NetworkSpec(name="net"))
    task = container()._replace(networks=(NetworkAttachmentConfig(network.id),))
    service = control.create_service(spec(task=task))
    with pytest.raises(FailedPrecondition, match=f"network {network.id} is in use by service {service.id}"):
        control.remove_network(network.id)
    status = TaskStatus(TaskState.RUNNING, 1)
    with control.store.transaction("orchestrator") as write:
        write.create(Task("t1", service.id, 1, task, status=status))
    control.update_service(service.id, service.version, spec())
    with pytest.raises(FailedPrecondition, match=f"network {network.id} is in use by task t1"):
        control.remove_network(network.id)
    with control.store.transaction("orchestrator") as write:
        write.update(Task("t1", service.id, 1, task, status=status, desired_state=TaskState.REMOVE))
    control.remove_network(network.id)


def test_a_network_is_free_as_soon_as_its_service_is_removed(control: Control) -> None:
    network = control.create_network(NetworkSpec(name="net"))
    task = container()._replace(networks=(NetworkAttachmentConfig(network.id),))
    service = control.create_service(spec(task=task))
    with control.store.transaction("orchestrator") as write:
        write.create(Task("t1", service.id, 1, task, status=TaskStatus(TaskState.RUNNING, 1)))
    control.remove_service(service.id)
    control.remove_network(network.id)


def test_the_ingress_network_stays_while_a_port_is_published(control: Control) -> None:
    service = control.create_service(spec(endpoint=published(80)))
    with pytest.raises(FailedPrecondition) as refusal:
        control.remove_network("ingress1")
    assert str(refusal.value) == f"ingress network cannot be removed because service {service.id} depends on it"


@pytest.mark.parametrize("kind", ["secret", "config"])
def test_secrets_and_configs_have_names_sizes_and_only_their_labels_change(control: Control, kind: str) -> None:
    create, update = getattr(control, f"create_{kind}"), getattr(control, f"update_{kind}")
    limit = {"secret": 512000, "config": 1024000}[kind]
    for wish, sentence in (
        (SecretSpec("", data=b"x"), "name must be provided"),
        (SecretSpec("a" * 65, data=b"x"), "invalid name, only 64"),
        (SecretSpec(".a", data=b"x"), "invalid name, only 64"),
        (SecretSpec("a"), f"{kind} data must be larger than 0 and less than {limit} bytes"),
        (SecretSpec("a", data=b"x" * limit), f"{kind} data must be larger than 0 and less than {limit} bytes"),
    ):
        with pytest.raises(InvalidArgument, match=sentence):
            create(wish)
    made = create(SecretSpec("a.b-c_d", data=b"x" * (limit - 1)))
    with pytest.raises(AlreadyExists, match=f"^{kind} A.b-c_d already exists$"):
        create(SecretSpec("A.b-c_d", data=b"x"))
    with pytest.raises(InvalidArgument, match="only updates to Labels are allowed"):
        update(made.id, made.version, SecretSpec("other"))
    with pytest.raises(InvalidArgument, match="only updates to Labels are allowed"):
        update(made.id, made.version, SecretSpec("a.b-c_d", data=b"y"))
    changed = update(made.id, made.version, SecretSpec("a.b-c_d", {"k": "v"}))
    assert (changed.spec.labels, changed.spec.data) == ({"k": "v"}, made.spec.data)


def test_a_secret_in_use_stays_and_its_users_are_named(control: Control) -> None:
    secret = control.create_secret(SecretSpec("key", data=b"x"))
    task = container(secrets=(FileReference(secret.id, "key", "key"),))
    first, second = control.create_service(spec("b", task=task)), control.create_service(spec("a", task=task))
    for sentence, service in (
        ("secret 'key' is in use by the following services: a, b", first),
        ("secret 'key' is in use by the following service: a", second),
    ):
        with pytest.raises(InvalidArgument) as refusal:
            control.remove_secret(secret.id)
        assert str(refusal.value) == sentence
        control.update_service(service.id, service.version, spec(service.spec.name))
    control.remove_secret(secret.id)
    assert not control.store.table("secret")


def test_rotated_tokens_are_new_and_the_others_stay(control: Control) -> None:
    before = control.store.cluster
    after = control.update_cluster(before.version, before.spec, rotate_worker_token=True)
    assert after.worker_secret != before.worker_secret
    assert len(after.worker_secret) == 25
    assert after.manager_secret == before.manager_secret


def test_an_unlock_key_exists_as_long_as_the_swarm_locks_itself(control: Control) -> None:
    version = control.store.cluster.version
    locked = control.update_cluster(version, ClusterSpec(autolock=True))
    assert locked.unlock_key.startswith("SWMKEY-1-")
    assert len(locked.unlock_key) == 9 + 43
    rotated = control.update_cluster(locked.version, locked.spec, rotate_unlock_key=True)
    assert rotated.unlock_key not in ("", locked.unlock_key)
    assert control.update_cluster(rotated.version, ClusterSpec()).unlock_key == ""


def test_settings_of_the_swarm_that_are_refused(control: Control) -> None:
    version = control.store.cluster.version
    for wish, refusal, sentence in (
        (ClusterSpec(node_cert_expiry=SECOND), InvalidArgument, "minimum certificate expiry time is: 1h0m0s"),
        (ClusterSpec(heartbeat_period=-1), InvalidArgument, "heartbeat time period cannot be a negative duration"),
        (ClusterSpec(name="other"), InvalidArgument, "modification of cluster name is not allowed"),
    ):
        with pytest.raises(refusal, match=sentence):
            control.update_cluster(version, wish)
    with pytest.raises(Unknown, match="update out of sequence"):
        control.update_cluster(version - 1, ClusterSpec())


def test_the_same_seed_gives_the_same_ids() -> None:
    def ids() -> list[str]:
        queue = Queue(0)
        control = Control(Store(queue), Ids("seed"), queue)
        made: list[Service | Network] = [control.create_service(spec(name)) for name in ("a", "b")]
        made.append(control.create_network(NetworkSpec(name="n")))
        return [thing.id for thing in made]

    assert ids() == ids()
