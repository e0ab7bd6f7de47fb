"""Which nodes may run a task, and what is said when none may (SwarmKit: filter.go, pipeline.go, nodeinfo.go)."""

import random

import pytest

from swarmlab.core.manager.scheduler.filters import FILTERS, Pipeline
from swarmlab.core.manager.scheduler.nodeinfo import NodeInfo
from swarmlab.core.manager.scheduler.nodeset import NodeSet
from swarmlab.core.manager.scheduler.tree import Placer, label_of
from swarmlab.core.objects import (
    ContainerSpec,
    Driver,
    Endpoint,
    EndpointSpec,
    GenericResource,
    Mount,
    NetworkAttachment,
    Node,
    Placement,
    Platform,
    ResourceRequirements,
    Resources,
    TaskSpec,
)
from swarmlab.core.states import Availability, NodeState
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import MINUTE
from tests.builders import a_node, a_task, publish

LOCAL = (("Log", "json-file"), ("Network", "overlay"), ("Volume", "local"))


def described(node: Node, **fields: object) -> Node:
    assert node.description is not None
    return node._replace(description=node.description._replace(**fields))  # type: ignore[arg-type]


def reserving(cpus: int = 0, memory: int = 0, generic: tuple[GenericResource, ...] = ()) -> TaskSpec:
    return TaskSpec(resources=ResourceRequirements(reservations=Resources(cpus, memory, generic=generic)))


def placed_where(spec: TaskSpec, **placement: object) -> TaskSpec:
    return spec._replace(placement=Placement(**placement))  # type: ignore[arg-type]


def fits(spec: TaskSpec, node: Node | NodeInfo, **fields: object) -> bool:
    info = node if isinstance(node, NodeInfo) else NodeInfo(node)
    return Pipeline(a_task(state=S.PENDING, spec=spec, **fields)).passes(info)


def reason(spec: TaskSpec, *nodes: Node | NodeInfo, **fields: object) -> str:
    pipeline = Pipeline(a_task(state=S.PENDING, spec=spec, **fields))
    for node in nodes:
        assert not pipeline.passes(node if isinstance(node, NodeInfo) else NodeInfo(node))
    return pipeline.explain()


BIG = reserving(cpus=8_000_000_000)
VOLUME = TaskSpec(
    container=ContainerSpec(mounts=(Mount("volume", "v", "/v", volume_options={"DriverConfig": {"Name": "nfs"}}),))
)
BUSY = NodeInfo(a_node())
BUSY.add(a_task(endpoint=Endpoint(EndpointSpec(ports=(publish(80, mode="host"),)))))


@pytest.mark.parametrize(
    ("spec", "node", "one", "many"),
    [
        (
            TaskSpec(),
            a_node(availability=Availability.PAUSE),
            "1 node not available for new tasks",
            "3 nodes not available for new tasks",
        ),
        (BIG, a_node(), "insufficient resources on 1 node", "insufficient resources on 3 nodes"),
        (VOLUME, described(a_node(), plugins=LOCAL), "missing plugin on 1 node", "missing plugin on 3 nodes"),
        (
            placed_where(TaskSpec(), constraints=("node.role==manager",)),
            a_node(),
            "scheduling constraints not satisfied on 1 node",
            "scheduling constraints not satisfied on 3 nodes",
        ),
        (
            placed_where(TaskSpec(), platforms=(Platform("arm64", "linux"),)),
            a_node(),
            "unsupported platform on 1 node",
            "unsupported platform on 3 nodes",
        ),
        (
            placed_where(TaskSpec(), max_replicas=1),
            BUSY,
            "max replicas per node limit exceed",
            "max replicas per node limit exceed",
        ),
        (
            TaskSpec(container=ContainerSpec(mounts=(Mount("cluster", "group:v", "/v"),))),
            a_node(),
            "cannot fulfill requested CSI volume mounts on 1 node",
            "cannot fulfill requested CSI volume mounts on 3 nodes",
        ),
    ],
)
def test_each_filter_has_its_words_for_one_node_and_for_many(
    spec: TaskSpec, node: Node | NodeInfo, one: str, many: str
) -> None:
    assert reason(spec, node) == one
    assert reason(spec, node, node, node) == many


def test_a_taken_host_port_has_its_words() -> None:
    endpoint = Endpoint(EndpointSpec(ports=(publish(80, mode="host"),)))
    assert reason(TaskSpec(), BUSY, endpoint=endpoint) == "host-mode port already in use on 1 node"
    assert reason(TaskSpec(), BUSY, BUSY, endpoint=endpoint) == "host-mode port already in use on 2 nodes"


def test_the_filters_come_in_swarmkit_s_order() -> None:
    names = [type(one).__name__ for one in FILTERS]
    assert names == [
        "Ready", "Resource", "Plugin", "Constraint", "PlatformFilter", "HostPort", "MaxReplicas", "Volumes"
    ]  # fmt: skip


def test_a_node_is_charged_to_the_first_filter_it_fails_and_ties_come_in_that_order() -> None:
    spec = placed_where(BIG, constraints=("node.role==manager",), max_replicas=1)
    assert reason(spec, a_node(state=NodeState.DOWN)) == "1 node not available for new tasks"
    assert reason(spec, a_node()) == "insufficient resources on 1 node"
    huge = a_node(resources=Resources(9_000_000_000))
    assert reason(spec, huge, a_node(), a_node(state=NodeState.DOWN)) == (
        "1 node not available for new tasks; insufficient resources on 1 node;"
        " scheduling constraints not satisfied on 1 node"
    )
    assert reason(spec, huge, huge, a_node()) == (
        "scheduling constraints not satisfied on 2 nodes; insufficient resources on 1 node"
    )


def test_without_any_node_there_is_nothing_to_explain() -> None:
    assert Pipeline(a_task(state=S.PENDING)).explain() == ""


def test_a_node_that_passes_forgets_the_refusals_before_it() -> None:
    pipeline = Pipeline(a_task(state=S.PENDING))
    assert not pipeline.passes(NodeInfo(a_node(state=NodeState.DOWN)))
    assert pipeline.passes(NodeInfo(a_node()))
    assert pipeline.explain() == ""


@pytest.mark.parametrize(
    ("state", "availability", "takes"),
    [
        (NodeState.READY, Availability.ACTIVE, True),
        (NodeState.READY, Availability.PAUSE, False),
        (NodeState.READY, Availability.DRAIN, False),
        (NodeState.DOWN, Availability.ACTIVE, False),
        (NodeState.UNKNOWN, Availability.ACTIVE, False),
        (NodeState.DISCONNECTED, Availability.ACTIVE, False),
    ],
)
def test_only_a_node_that_is_ready_and_active_takes_new_tasks(
    state: NodeState, availability: Availability, takes: bool
) -> None:
    assert fits(TaskSpec(), a_node(state=state, availability=availability)) is takes


# --- resources ------------------------------------------------------------------------------------------------


def test_reservations_of_all_tasks_count_until_they_have_ended_and_limits_never() -> None:
    info = NodeInfo(a_node(resources=Resources(4_000_000_000, 8_000_000_000)))
    stopping = a_task(spec=reserving(3_000_000_000, 1_000), desired=S.SHUTDOWN)
    info.add(stopping)
    assert fits(reserving(1_000_000_000), info)
    assert not fits(reserving(1_000_000_001), info)
    assert not fits(reserving(memory=8_000_000_000), info)
    assert fits(reserving(memory=7_999_999_000), info)
    assert fits(TaskSpec(resources=ResourceRequirements(limits=Resources(99_000_000_000))), info)
    info.remove(stopping)
    assert fits(reserving(4_000_000_000, 8_000_000_000), info)


GPUS = tuple(GenericResource("gpu", name=name) for name in ("a", "b", "c"))
CARDS = described(a_node(), resources=Resources(generic=(*GPUS, GenericResource("slots", 5))))


@pytest.mark.parametrize(
    ("wanted", "fit"),
    [
        (GenericResource("gpu", 3), True),
        (GenericResource("gpu", 4), False),
        (GenericResource("slots", 5), True),
        (GenericResource("slots", 6), False),
        (GenericResource("tpu", 1), False),
        (GenericResource("tpu", 0), False),  # a kind that the node does not know
        (GenericResource("gpu", name="a"), False),  # a task asks for an amount, never for a name
    ],
)
def test_invented_resources_are_counted_or_named(wanted: GenericResource, fit: bool) -> None:
    assert fits(reserving(generic=(wanted,)), CARDS) is fit


def test_a_task_gets_the_first_free_names_and_gives_them_back() -> None:
    nodes = NodeSet()
    nodes.put(CARDS)
    spec = reserving(generic=(GenericResource("gpu", 2), GenericResource("slots", 3)))
    tasks = [a_task(state=S.PENDING, node_id="", slot=slot, spec=spec) for slot in (1, 2)]
    placer = Placer(tasks, Pipeline(tasks[0]), nodes, random.Random(0), 0)
    placer.place()
    (first, info), *others = placer.placed
    assert others == []
    assert first.generic_resources == (*GPUS[:2], GenericResource("slots", 3))
    assert info.free_generic("gpu") == [GPUS[2]]
    assert placer.pipeline.explain() == "insufficient resources on 1 node"
    nodes.remove(info, first)
    assert info.free_generic("gpu") == list(GPUS)
    assert info.free_generic("slots") == [GenericResource("slots", 5)]


# --- plugins, platforms, ports, replicas ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plugins", "fit"),
    [
        ((("Volume", "nfs"),), True),
        ((("Volume", "nfs:latest"),), True),
        ((("Volume", "nfs:1"),), False),
        ((("Network", "nfs"),), False),
        ((), False),
    ],
)
def test_a_volume_driver_must_be_on_the_node(plugins: tuple[tuple[str, str], ...], fit: bool) -> None:
    assert fits(VOLUME, described(a_node(), plugins=plugins)) is fit


def test_a_node_that_has_not_described_itself_is_not_asked_for_plugins() -> None:
    assert fits(VOLUME, a_node()._replace(description=None))


@pytest.mark.parametrize(
    ("driver", "plugins", "fit"),
    [
        ("fluentd", LOCAL, False),
        ("fluentd", (*LOCAL, ("Log", "fluentd")), True),
        ("fluentd", (("Network", "overlay"),), True),  # lists no log drivers at all: an old engine
        ("none", LOCAL, True),
        ("", LOCAL, True),
    ],
)
def test_a_log_driver_must_be_on_the_node_if_it_tells_of_any(
    driver: str, plugins: tuple[tuple[str, str], ...], fit: bool
) -> None:
    assert fits(TaskSpec(log_driver=Driver(driver)), described(a_node(), plugins=plugins)) is fit


def test_an_overlay_needs_its_driver() -> None:
    on_overlay = (NetworkAttachment("net", "10.0.1.3/24"),)
    assert fits(TaskSpec(), described(a_node(), plugins=LOCAL), networks=on_overlay)
    assert not fits(TaskSpec(), described(a_node(), plugins=(("Volume", "local"),)), networks=on_overlay)


@pytest.mark.parametrize(
    ("wanted", "fit"),
    [
        (Platform("amd64", "linux"), True),
        (Platform("x86_64", "linux"), True),
        (Platform("", "linux"), True),
        (Platform("amd64", ""), True),
        (Platform("arm64", "linux"), False),
        (Platform("amd64", "windows"), False),
    ],
)
def test_platforms_are_compared_with_their_other_names(wanted: Platform, fit: bool) -> None:
    spec = placed_where(TaskSpec(), platforms=(wanted,))
    assert fits(spec, a_node()) is fit
    assert fits(placed_where(TaskSpec(), platforms=(Platform("s390x", "linux"), wanted)), a_node()) is fit
    assert not fits(spec, a_node()._replace(description=None))


def test_aarch64_is_arm64() -> None:
    node = described(a_node(), platform=Platform("aarch64", "linux"))
    assert fits(placed_where(TaskSpec(), platforms=(Platform("arm64", "linux"),)), node)


def test_host_ports_collide_only_with_the_same_protocol_and_only_if_chosen() -> None:
    def with_port(port: int, protocol: str = "tcp", mode: str = "host") -> dict[str, object]:
        ports = (publish(port, mode=mode)._replace(protocol=protocol),)
        return {"endpoint": Endpoint(EndpointSpec(ports=ports))}

    assert not fits(TaskSpec(), BUSY, **with_port(80))
    assert fits(TaskSpec(), BUSY, **with_port(80, "udp"))
    assert fits(TaskSpec(), BUSY, **with_port(0))
    assert fits(TaskSpec(), BUSY, **with_port(80, mode="ingress"))
    both = EndpointSpec(ports=(publish(81, mode="host"), publish(80, mode="host")))
    assert not fits(TaskSpec(), BUSY, endpoint=Endpoint(both))


def test_max_replicas_counts_tasks_wanted_running_of_this_service() -> None:
    info = NodeInfo(a_node())
    spec = placed_where(TaskSpec(), max_replicas=2)
    info.add(a_task())
    info.add(a_task(service_id="other"))
    info.add(a_task(desired=S.SHUTDOWN))
    assert fits(spec, info)
    info.add(a_task())
    assert not fits(spec, info)


# --- ranking and spreading ------------------------------------------------------------------------------------


def test_four_failures_count_nothing_five_put_a_node_last_for_five_minutes() -> None:
    info, task = NodeInfo(a_node()), a_task()
    for _ in range(4):
        info.failed(task, 0)
    assert info.rank(task, 0)[0] == 0
    info.failed(task, 0)
    assert info.rank(task, 0)[0] == 5
    assert info.rank(task, 5 * MINUTE)[0] == 5
    assert info.rank(task, 5 * MINUTE + 1)[0] == 0


def test_failures_count_for_the_same_service_and_revision_only() -> None:
    info = NodeInfo(a_node())
    for _ in range(6):
        info.failed(a_task(spec_version=1), 0)
    assert info.rank(a_task(spec_version=1), 0)[0] == 6
    assert info.rank(a_task(spec_version=2), 0)[0] == 0
    assert info.rank(a_task(service_id="other", spec_version=1), 0)[0] == 0


@pytest.mark.parametrize("seed", range(5))
def test_of_nodes_with_many_failures_the_one_with_fewest_comes_first(seed: int) -> None:
    nodes, task = NodeSet(), a_task(state=S.PENDING)
    for name, failures in (("worst", 7), ("bad", 5), ("fine", 4)):
        nodes.put(a_node(name))
        for _ in range(failures):
            nodes.by_id[name].failed(task, 0)
    nodes.add(nodes.by_id["fine"], a_task())
    order = [info.node.id for info in nodes.best_first(task, 0, random.Random(seed))]
    assert order == ["fine", "bad", "worst"]


@pytest.mark.parametrize("seed", range(5))
def test_nodes_come_by_tasks_of_the_service_then_by_all_tasks(seed: int) -> None:
    nodes, task = NodeSet(), a_task(state=S.PENDING)
    for name, own, others in (("c", 1, 0), ("d", 1, 4), ("b", 0, 9), ("a", 0, 2), ("e", 3, 0)):
        nodes.put(a_node(name))
        for _ in range(own):
            nodes.add(nodes.by_id[name], a_task())
        for _ in range(others):
            nodes.add(nodes.by_id[name], a_task(service_id="other"))
    assert [info.node.id for info in nodes.best_first(task, 0, random.Random(seed))] == ["a", "b", "c", "d", "e"]


def test_equal_nodes_come_in_any_order() -> None:
    nodes = NodeSet()
    for name in ("a", "b", "c"):
        nodes.put(a_node(name))
    firsts = {next(nodes.best_first(a_task(), 0, random.Random(seed))).node.id for seed in range(40)}
    assert firsts == {"a", "b", "c"}


def test_a_node_set_forgets_a_node_and_all_that_was_on_it() -> None:
    nodes = NodeSet()
    for name in ("a", "b"):
        nodes.put(a_node(name))
        nodes.add(nodes.by_id[name], a_task())
    nodes.drop("a")
    assert [info.node.id for info in nodes.best_first(a_task(), 0, random.Random(0))] == ["b"]


@pytest.mark.parametrize(
    ("descriptor", "value"),
    [
        ("node.labels.zone", "east"),
        ("NODE.LABELS.zone", "east"),
        ("node.labels.Zone", ""),  # keys differ by case
        ("node.labels.a.labels.b", "nested"),
        ("node.labels.none", ""),
        ("engine.labels.disk", "ssd"),
        ("engine.labels.none", ""),
        ("node.id", None),
        ("node.labels.", None),
    ],
)
def test_a_preference_names_a_label_and_a_missing_one_counts_as_empty(descriptor: str, value: str | None) -> None:
    node = described(a_node(labels={"zone": "east", "a.labels.b": "nested"}), engine_labels={"disk": "ssd"})
    assert label_of(descriptor, NodeInfo(node)) == value


def test_a_node_that_has_not_described_itself_is_on_the_branch_without_the_label() -> None:
    assert label_of("engine.labels.disk", NodeInfo(a_node()._replace(description=None))) == ""


@pytest.mark.parametrize("seed", range(5))
def test_two_preferences_spread_over_zones_then_over_racks(seed: int) -> None:
    nodes = NodeSet()
    small = Resources(1_000_000_000)
    layout = {"id0": ("az1", "r1"), "id1": ("az1", "r2"), **{f"a{n}": ("az2", "r1") for n in range(3)}}
    for name, (zone, rack) in (layout | {f"b{n}": ("az2", "r2") for n in range(2)}).items():
        resources = {"id0": small, "id1": Resources(5 * 2_000_000_000)}.get(name, Resources(99_000_000_000))
        nodes.put(a_node(name, labels={"az": zone, "rack": rack}, resources=resources))
    spec = placed_where(reserving(2_000_000_000), preferences=("node.labels.az", "node.labels.rack"))
    tasks = [a_task(state=S.PENDING, node_id="", slot=slot, spec=spec) for slot in range(1, 13)]
    Placer(tasks, Pipeline(tasks[0]), nodes, random.Random(seed), 0).place()
    on = {name: info.active for name, info in nodes.by_id.items()}
    assert (on["id0"], on["id1"]) == (0, 5)
    assert sorted((sum(on[f"a{n}"] for n in range(3)), sum(on[f"b{n}"] for n in range(2)))) == [3, 4]


def test_nodes_without_the_label_are_a_branch_of_their_own() -> None:
    nodes = NodeSet()
    nodes.put(a_node("labelled", labels={"az": "1"}))
    for n in range(3):
        nodes.put(a_node(f"bare{n}"))
    spec = placed_where(TaskSpec(), preferences=("node.labels.az",))
    tasks = [a_task(state=S.PENDING, node_id="", slot=slot, spec=spec) for slot in range(1, 7)]
    Placer(tasks, Pipeline(tasks[0]), nodes, random.Random(0), 0).place()
    assert {name: info.active for name, info in nodes.by_id.items()} == {
        "labelled": 3, "bare0": 1, "bare1": 1, "bare2": 1
    }  # fmt: skip


def test_tasks_on_nodes_that_take_none_count_for_their_branch() -> None:
    nodes = NodeSet()
    nodes.put(a_node("drained", labels={"az": "1"}, availability=Availability.DRAIN))
    for _ in range(2):
        nodes.add(nodes.by_id["drained"], a_task())
    nodes.put(a_node("one", labels={"az": "1"}))
    nodes.put(a_node("two", labels={"az": "2"}))
    spec = placed_where(TaskSpec(), preferences=("node.labels.az",))
    tasks = [a_task(state=S.PENDING, node_id="", slot=slot, spec=spec) for slot in (1, 2)]
    Placer(tasks, Pipeline(tasks[0]), nodes, random.Random(0), 0).place()
    assert (nodes.by_id["one"].active, nodes.by_id["two"].active) == (0, 2)


@pytest.mark.parametrize("seed", range(5))
def test_one_task_more_goes_to_one_of_the_emptier_branches(seed: int) -> None:
    nodes = NodeSet()
    for zone in ("1", "2", "3"):
        nodes.put(a_node(zone, labels={"az": zone}))
    nodes.add(nodes.by_id["1"], a_task())
    task = a_task(state=S.PENDING, node_id="", spec=placed_where(TaskSpec(), preferences=("node.labels.az",)))
    Placer([task], Pipeline(task), nodes, random.Random(seed), 0).place()
    assert sorted(info.active for info in nodes.by_id.values()) == [0, 1, 1]


@pytest.mark.parametrize("seed", range(5))
def test_a_branch_gets_only_what_it_lacks(seed: int) -> None:
    nodes = NodeSet()
    for name, zone, own, others in (("full", "1", 2, 0), ("empty", "1", 0, 0), ("other", "2", 0, 5)):
        nodes.put(a_node(name, labels={"az": zone}))
        for _ in range(own):
            nodes.add(nodes.by_id[name], a_task())
        for _ in range(others):
            nodes.add(nodes.by_id[name], a_task(service_id="other"))
    spec = placed_where(TaskSpec(), preferences=("node.labels.az",))
    tasks = [a_task(state=S.PENDING, node_id="", slot=slot, spec=spec) for slot in range(1, 5)]
    Placer(tasks, Pipeline(tasks[0]), nodes, random.Random(seed), 0).place()
    assert {name: info.count("s1") for name, info in nodes.by_id.items()} == {"full": 2, "empty": 1, "other": 3}
