"""Whatever people do and whatever breaks: states only grow, owners alone move tasks, and at last all is as desired.

SwarmKit's TLA+ model (``design/tla``) says so with `Inv` and `EventuallyAsDesired`; here random commands and
faults try to prove it wrong.
"""

import os
from collections.abc import Callable
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from swarmlab.core import faults
from swarmlab.core.manager.raft import Part
from swarmlab.core.objects import ResourceRequirements, Resources, Service, ServiceMode, UpdateConfig
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import Availability, NodeState, Role
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import GIB, MIB, MILLISECOND, SECOND
from swarmlab.errors import SwarmlabError
from tests.builders import HOSTS, World, a_job, a_spec, publish

NAMES = ("a", "b", "c")
JOBS = ("j", "k")
#: These run for ever unless somebody does something to them.
GOOD = ("httpd:latest", "nginx", "health")
IMAGES = (*GOOD, "crash", "nosuch:1", "busybox", "health:bad")
#: What a task may reserve, in MiB: all services at their largest fit on the three hosts of 4 GiB, but not on one.
MEMORY = (0, 128)
MEMORY_OF_A_HOST = 4 * GIB
hosts = st.sampled_from(sorted(HOSTS))
workers = st.sampled_from(["node1", "node2"])
names = st.sampled_from(NAMES)
jobs = st.sampled_from(JOBS)
updates = st.builds(
    UpdateConfig,
    parallelism=st.integers(0, 2),
    delay=st.sampled_from([0, SECOND]),
    failure_action=st.sampled_from(["pause", "continue", "rollback"]),
    monitor=st.sampled_from([None, SECOND]),
    max_failure_ratio=st.sampled_from([0.0, 0.5]),
    order=st.sampled_from(["stop-first", "start-first"]),
)


class Swarm(RuleBasedStateMachine):
    """Random operators and random bad luck."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(seed=3)
        self.off: set[str] = set()
        self.cut: set[str] = set()
        self.troubled = False  # whether a node was lost, drained or made smaller, or a process hung or was killed
        self.doubled: set[str] = set()  # services where a slot may keep two tasks: start-first, and the new one failed

    @property
    def simulation(self) -> Simulation:
        return self.world.simulation

    def can_write(self) -> bool:
        """Whether a manager would let a change through now: the rules reach past the Engine API, which asks."""
        return self.world.manager.raft.can_commit()

    def _power(self, host: str) -> None:
        self.troubled = True
        (faults.start if host in self.off else faults.stop)(self.simulation, host)
        self.off ^= {host}

    def _cable(self, host: str) -> None:
        self.troubled = True
        (faults.mend if host in self.cut else faults.cut)(self.simulation, host)
        self.cut ^= {host}

    @precondition(lambda self: self.can_write())
    @rule(
        name=names,
        replicas=st.integers(0, 7),
        image=st.sampled_from(IMAGES),
        port=st.sampled_from([0, 8080, 8081]),
        memory=st.sampled_from(MEMORY),
    )
    def create(self, name: str, replicas: int, image: str, port: int, memory: int) -> None:
        args = ("sleep", "20") if image == "busybox" else ()
        ports = [publish(port)] if port else []
        resources = ResourceRequirements(reservations=Resources(memory_bytes=memory * MIB)) if memory else None
        with suppress(SwarmlabError):  # the name or the port is taken
            self.world.create(a_spec(name, replicas, image=image, args=args, ports=ports, resources=resources))

    @precondition(lambda self: self.can_write())
    @rule(name=names, replicas=st.integers(0, 7))
    def scale(self, name: str, replicas: int) -> None:
        if self.world.service(name):
            self.world.scale(name, replicas)

    @precondition(lambda self: self.can_write())
    @rule(name=st.sampled_from(NAMES + JOBS))
    def force(self, name: str) -> None:
        service = self.world.service(name)
        if service:
            task = service.spec.task
            self.world.update(name, task=task._replace(force_update=task.force_update + 1))

    @precondition(lambda self: self.can_write())
    @rule(name=names, image=st.sampled_from(IMAGES), config=updates)
    def update(self, name: str, image: str, config: UpdateConfig) -> None:
        service = self.world.service(name)
        if service and service.spec.task.container:
            args = ("sleep", "20") if image == "busybox" else ()
            container = service.spec.task.container._replace(image=image, args=args)
            if config.order == "start-first":
                self.doubled.add(name)
            self.world.update(name, task=service.spec.task._replace(container=container), update=config)

    @precondition(lambda self: self.can_write())
    @rule(name=names)
    def roll_back(self, name: str) -> None:
        service = self.world.service(name)
        if service and service.previous_spec:
            control = self.world.manager.control
            control.update_service(service.id, service.version, service.spec, rollback=True)

    @precondition(lambda self: self.can_write())
    @rule(
        name=jobs, completions=st.integers(1, 5), at_once=st.integers(1, 3), image=st.sampled_from(["busybox", "crash"])
    )
    def create_job(self, name: str, completions: int, at_once: int, image: str) -> None:
        args = ("sleep", "2") if image == "busybox" else ()
        with suppress(SwarmlabError):  # the name is taken
            self.world.create(a_job(name, completions, at_once, image=image, args=args))

    @precondition(lambda self: self.can_write())
    @rule(name=jobs)
    def create_global_job(self, name: str) -> None:
        with suppress(SwarmlabError):  # the name is taken
            self.world.create(a_job(name, mode=ServiceMode("global-job", 0)))

    @rule(name=st.sampled_from(NAMES + JOBS))
    def remove(self, name: str) -> None:
        if self.world.service(name):
            self.world.manager.control.remove_service(self.world.service(name).id)

    @precondition(lambda self: self.can_write())
    @rule(host=hosts, availability=st.sampled_from(list(Availability)))
    def update_node(self, host: str, availability: Availability) -> None:
        self.troubled |= availability is not Availability.ACTIVE
        self.world.set_availability(host, availability)

    @rule(host=workers)
    def power(self, host: str) -> None:
        self._power(host)

    @rule(host=workers)
    def cable(self, host: str) -> None:
        self._cable(host)

    @precondition(lambda self: self.world.manager.store.table("task"))
    @rule(pick=st.integers(0, 99))
    def kill(self, pick: int) -> None:
        running = [task for task in self.world.manager.store.tasks() if task.status.state is S.RUNNING]
        if running:
            with suppress(SwarmlabError):  # its host is off: the swarm only thinks it runs
                faults.kill(self.simulation, running[pick % len(running)].id)

    @precondition(lambda self: self.world.manager.store.table("task"))
    @rule(
        pick=st.integers(0, 99),
        fault=st.sampled_from([faults.hang, faults.fail_check, faults.recover, faults.out_of_memory]),
    )
    def afflict(self, pick: int, fault: Callable[[Simulation, str], None]) -> None:
        self.troubled = True
        running = [task for task in self.world.manager.store.tasks() if task.status.state is S.RUNNING]
        if running:
            with suppress(SwarmlabError):  # its host is off, or there is no check that could fail
                fault(self.simulation, running[pick % len(running)].id)

    @rule(factor=st.sampled_from([0, 1, 20]))
    def trouble_the_registry(self, factor: int) -> None:
        """It fails, is quick and well, or is slow."""
        faults.mend_registry(self.simulation)
        if factor == 0:
            faults.fail_registry(self.simulation)
        elif factor > 1:
            faults.slow_registry(self.simulation, factor)

    @rule(host=hosts)
    def fill_or_free_a_disk(self, host: str) -> None:
        is_full = self.simulation.hosts[host].engine.images.disk_full
        (faults.free_disk if is_full else faults.fill_disk)(self.simulation, host)

    @rule(host=hosts, memory=st.sampled_from([300, 1024, 4096]))
    def resize(self, host: str, memory: int) -> None:
        self.troubled = True
        faults.resize(self.simulation, host, memory_mib=memory)

    @rule(ns=st.sampled_from([30 * MILLISECOND, 400 * MILLISECOND, 3 * SECOND, 20 * SECOND]))
    def wait(self, ns: int) -> None:
        self.world.run(ns)

    @rule()
    def rewind(self) -> None:
        digest = self.simulation.digest()
        self.world.simulation = Simulation.restore(self.simulation.checkpoint())
        assert self.simulation.digest() == digest

    @invariant()
    def addresses_are_given_once(self) -> None:
        store = self.world.manager.store
        given = [
            (attachment.network_id, attachment.address)
            for task in store.tasks()
            if not task.status.state.is_terminal
            for attachment in task.networks
        ]
        given += [(network, address) for node in store.nodes() for network, address in node.attachments.items()]
        for service in store.services():
            given += [
                (vip.network_id, vip.address) for vip in (service.endpoint.virtual_ips if service.endpoint else ())
            ]
        assert len(given) == len(set(given))

    def teardown(self) -> None:
        """No more faults: in the end every service has what it asks for, and nothing else runs."""
        for host in sorted(self.off):
            faults.start(self.simulation, host)
        for host in sorted(self.cut):
            faults.mend(self.simulation, host)
        for host in HOSTS:
            self.world.set_availability(host, Availability.ACTIVE)
        faults.mend_registry(self.simulation)
        for host, machine in self.simulation.hosts.items():
            machine.engine.images.disk_full = False
            if machine.memory_bytes != MEMORY_OF_A_HOST:
                faults.resize(self.simulation, host, memory_mib=MEMORY_OF_A_HOST // MIB)
            for container in machine.engine.containers.values():
                container.hung = container.check_fails = False
        self.world.run(300 * SECOND)
        self.force_what_the_scheduler_has_given_up()
        store = self.world.manager.store
        assert {node.status.state for node in store.nodes()} == {NodeState.READY}
        for service in store.services():
            image = service.spec.task.container.image if service.spec.task.container else ""
            if service.job_status is not None:
                self.job_is_done(service, image)
                continue
            wanted = [task for task in store.tasks_of(service.id) if task.desired_state <= S.RUNNING]
            assert len({task.slot for task in wanted}) == service.spec.mode.replicas
            if service.spec.name not in self.doubled:
                assert len(wanted) == service.spec.mode.replicas
            if image in GOOD and service.spec.name not in self.doubled:
                assert {task.status.state for task in wanted} <= {S.RUNNING}
        alive = {
            container.task_id
            for host in self.simulation.hosts.values()
            for container in host.engine.containers.values()
            if container.is_running
        }
        known = {task.id for task in store.tasks()}
        assert alive <= known

    def force_what_the_scheduler_has_given_up(self) -> None:
        """An operator must: tasks that fitted nowhere when their service was updated are not looked at again.

        Nor does an update replace them that asks, after a rollback, for what they were made from: so once more.
        """
        store, scheduler = self.world.manager.store, self.world.manager.scheduler
        assert scheduler is not None
        for _ in range(2):
            for name in {task.service_name: None for task in store.tasks() if scheduler.has_given_up(task)}:
                service = self.world.service(name)
                if service is not None and service.job_status is None:
                    task = service.spec.task
                    self.world.update(name, task=task._replace(force_update=task.force_update + 1))
            self.world.run(120 * SECOND)

    def job_is_done(self, service: Service, image: str) -> None:
        """All that was asked for has completed, and none more; a node has done its share of a global job once.

        A run on a node that was lost or drained may have ended unheard: it is made again, and both are complete.
        """
        assert service.job_status is not None
        iteration = service.job_status.iteration
        tasks = [t for t in self.world.manager.store.tasks_of(service.id) if t.job_iteration == iteration]
        done = [task for task in tasks if task.status.state is S.COMPLETE and task.desired_state is S.COMPLETE]
        places = {(task.slot, task.node_id if service.spec.mode.kind == "global-job" else "") for task in done}
        assert len(places) == len(done) or self.troubled
        if service.spec.mode.kind == "replicated-job" and image == "busybox":
            assert len(places) == service.spec.mode.total_completions
        elif service.spec.mode.kind == "replicated-job":
            assert not done or self.troubled


class Managed(Swarm):
    """The same with managers that come and go, the leader among them: whatever is lost comes back."""

    def __init__(self) -> None:
        super().__init__()
        for host in ("node1", "node2"):
            self.world.set_role(host, Role.MANAGER)
            self.world.run(2 * SECOND)

    @precondition(lambda self: self.can_write())
    @rule(host=hosts, role=st.sampled_from(list(Role)))
    def set_role(self, host: str, role: Role) -> None:
        with suppress(SwarmlabError):  # the last one, or one too many
            self.world.set_role(host, role)

    @rule(host=hosts)
    def lose_a_manager(self, host: str) -> None:
        self._power(host)

    @rule(host=hosts)
    def cut_a_manager_off(self, host: str) -> None:
        self._cable(host)

    @rule()
    def wait_for_an_election(self) -> None:
        self.world.run(25 * SECOND)

    def majority_is_left(self) -> bool:
        """Whether so many managers run and hear each other: all that are not cut off, or one of these by itself."""
        raft = self.world.manager.raft
        running = [member.host for member in raft.members.values() if member.host not in self.off]
        together = sum(host not in self.cut for host in running)
        return max(together, min(1, len(running))) >= raft.quorum

    @rule(ns=st.sampled_from([SECOND, 30 * SECOND]))
    def without_a_majority_nothing_is_written(self, ns: int) -> None:
        """Nor does the group change: so it is the one from before that counts, whoever joins while time passes."""
        store = self.world.manager.store
        could_write, version = self.majority_is_left(), store.version
        self.world.run(ns)
        assert could_write or store.version == version

    @invariant()
    def the_loops_run_where_the_leader_is(self) -> None:
        manager = self.world.manager
        leader = manager.raft.leader
        assert bool(manager.loops) == (leader is not None)
        assert leader is None or manager.host == leader.host

    @invariant()
    def each_term_has_one_leader(self) -> None:
        led = [member.term for member in self.world.manager.raft.members.values() if member.part is Part.LEADER]
        assert len(led) == len(set(led))

    def teardown(self) -> None:
        for host in sorted(self.off):
            self._power(host)
        for host in sorted(self.cut):
            self._cable(host)
        self.world.run(90 * SECOND)
        # A manager whose log is behind may stand for election first, in vain, and who could win starts waiting anew:
        # a toss of a coin, every ten to twenty seconds (etcd-io/raft: becomeFollower, reset).
        for _ in range(40):
            if not self.can_write():
                self.world.run(15 * SECOND)
        assert self.can_write()
        self.bring_back_who_knows_no_manager()
        super().teardown()

    def bring_back_who_knows_no_manager(self) -> None:
        """An operator must: a node that slept while all managers changed looks for the old ones, for ever."""
        manager = self.world.manager
        managers = {member.host: member.addr for member in manager.raft.members.values()}
        for host, agent in list(self.simulation.agents.items()):
            if managers.keys().isdisjoint(agent.connection.remotes.hosts()):
                node_id = self.simulation.hosts[host].node_id
                self.simulation.leave_swarm(host, force=True)
                manager.control.remove_node(node_id, force=True)
                self.simulation.join_swarm(host, tuple(managers.values()), manager.store.cluster.worker_token)
                self.world.run(5 * SECOND)


#: A long run: SWARMLAB_EXAMPLES=2000 python -m pytest tests/core/test_invariants.py --timeout 0
EXAMPLES = int(os.environ.get("SWARMLAB_EXAMPLES", "25"))

Swarm.TestCase.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSwarm = Swarm.TestCase
Managed.TestCase.settings = Swarm.TestCase.settings
TestManaged = Managed.TestCase


def with_one_manager() -> Managed:
    """A machine whose other two managers have become workers again."""
    swarm = Managed()
    for host in ("node1", "node2"):
        swarm.set_role(host, Role.WORKER)
        swarm.wait(8 * SECOND)
    assert len(swarm.world.manager.raft.members) == 1
    return swarm


def test_a_manager_alone_is_a_majority_and_writes_though_nobody_hears_it() -> None:
    swarm = with_one_manager()
    swarm.cut_a_manager_off("swarm-manage")
    version = swarm.world.manager.store.version
    swarm.without_a_majority_nothing_is_written(30 * SECOND)
    assert swarm.world.manager.store.version > version  # the others are down


def test_of_the_managers_of_before_a_majority_wrote_also_if_there_are_more_afterwards() -> None:
    swarm = with_one_manager()
    swarm.set_role("node1", Role.MANAGER)
    swarm.without_a_majority_nothing_is_written(SECOND)
    assert swarm.world.manager.raft.quorum == 2
