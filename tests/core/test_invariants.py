"""Whatever people do and whatever breaks: states only grow, owners alone move tasks, and at last all is as desired.

SwarmKit's TLA+ model (``design/tla``) says so with `Inv` and `EventuallyAsDesired`; here random commands and
faults try to prove it wrong.
"""

import os
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from swarmlab.core import faults
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import Availability, NodeState
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.errors import SwarmlabError
from tests.builders import HOSTS, World, a_spec, publish

NAMES = ("a", "b", "c")
IMAGES = ("httpd:latest", "nginx", "crash", "nosuch:1", "busybox")
hosts = st.sampled_from(sorted(HOSTS))
workers = st.sampled_from(["node1", "node2"])
names = st.sampled_from(NAMES)


class Swarm(RuleBasedStateMachine):
    """Random operators and random bad luck."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(seed=3)
        self.off: set[str] = set()
        self.cut: set[str] = set()

    @property
    def simulation(self) -> Simulation:
        return self.world.simulation

    @rule(name=names, replicas=st.integers(0, 7), image=st.sampled_from(IMAGES), port=st.sampled_from([0, 8080, 8081]))
    def create(self, name: str, replicas: int, image: str, port: int) -> None:
        args = ("sleep", "20") if image == "busybox" else ()
        with suppress(SwarmlabError):  # the name or the port is taken
            self.world.create(a_spec(name, replicas, image=image, args=args, ports=[publish(port)] if port else []))

    @rule(name=names, replicas=st.integers(0, 7))
    def scale(self, name: str, replicas: int) -> None:
        if self.world.service(name):
            self.world.scale(name, replicas)

    @rule(name=names)
    def force(self, name: str) -> None:
        service = self.world.service(name)
        if service:
            task = service.spec.task
            self.world.update(name, task=task._replace(force_update=task.force_update + 1))

    @rule(name=names)
    def remove(self, name: str) -> None:
        if self.world.service(name):
            self.world.manager.control.remove_service(self.world.service(name).id)

    @rule(host=hosts, availability=st.sampled_from(list(Availability)))
    def update_node(self, host: str, availability: Availability) -> None:
        self.world.set_availability(host, availability)

    @rule(host=workers)
    def power(self, host: str) -> None:
        (faults.start if host in self.off else faults.stop)(self.simulation, host)
        self.off ^= {host}

    @rule(host=workers)
    def cable(self, host: str) -> None:
        (faults.mend if host in self.cut else faults.cut)(self.simulation, host)
        self.cut ^= {host}

    @precondition(lambda self: self.world.manager.store.table("task"))
    @rule(pick=st.integers(0, 99))
    def kill(self, pick: int) -> None:
        running = [task for task in self.world.manager.store.tasks() if task.status.state is S.RUNNING]
        if running:
            with suppress(SwarmlabError):  # its host is off: the swarm only thinks it runs
                faults.kill(self.simulation, running[pick % len(running)].id)

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
        self.world.run(180 * SECOND)
        store = self.world.manager.store
        assert {node.status.state for node in store.nodes()} == {NodeState.READY}
        for service in store.services():
            wanted = [task for task in store.tasks_of(service.id) if task.desired_state <= S.RUNNING]
            assert sorted({task.slot for task in wanted}) == sorted(task.slot for task in wanted)
            assert len(wanted) == service.spec.mode.replicas
            image = service.spec.task.container.image if service.spec.task.container else ""
            if image in ("httpd:latest", "nginx"):
                assert {task.status.state for task in wanted} <= {S.RUNNING}
        alive = {
            container.task_id
            for host in self.simulation.hosts.values()
            for container in host.engine.containers.values()
            if container.is_running
        }
        known = {task.id for task in store.tasks()}
        assert alive <= known


#: A long run: SWARMLAB_EXAMPLES=2000 python -m pytest tests/core/test_invariants.py --timeout 0
EXAMPLES = int(os.environ.get("SWARMLAB_EXAMPLES", "25"))

Swarm.TestCase.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSwarm = Swarm.TestCase
