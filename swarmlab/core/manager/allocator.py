"""The allocator: addresses and ports, before anything may be placed.  Takes tasks from NEW to PENDING.

In this order, because each needs the one before: networks get a subnet, nodes a load-balancer address,
services their virtual addresses and ports, tasks an address on each network.  What cannot be allocated
stays as it is and is tried again when something is given back: such a task shows NEW and nothing else.

SwarmKit: ``manager/allocator/``; moby: ``daemon/libnetwork/cnmallocator/``.
"""

from typing import NamedTuple

from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.manager.ports import PortAllocator
from swarmlab.core.network.ipam import AddressPool, SubnetPool, gateway_of
from swarmlab.core.objects import (
    Driver,
    Endpoint,
    IPAMConfig,
    Network,
    NetworkAttachment,
    NetworkAttachmentConfig,
    Node,
    PortConfig,
    Service,
    Task,
    TaskStatus,
    VirtualIP,
)
from swarmlab.core.profile import Profile
from swarmlab.core.states import TaskState
from swarmlab.core.store import Change, News, Transaction
from swarmlab.errors import Unknown

VXLAN_IDS = "com.docker.network.driver.overlay.vxlanid_list"
FIRST_VXLAN_ID = 4096
DEFAULT_POOL = ("10.0.0.0/8",)
_NEW = TaskState.NEW  # asked for each task: looking it up takes time


class Needs(NamedTuple):
    """What a task needs of its service: its endpoint, and an address on each of its networks."""

    service: Service
    networks: list[str]


class Allocator(Loop):
    """Allocates for networks, nodes, services and tasks."""

    name = "allocator"
    watches = ("network", "node", "service", "task")
    hears = (News.MADE, News.PLACED, News.TURN)

    def __init__(self, context: Context, profile: Profile, pools: tuple[str, ...], subnet_size: int) -> None:
        super().__init__(context)
        self._subnets = SubnetPool(
            tuple((pool, subnet_size) for pool in pools or DEFAULT_POOL), reuse=profile.reuses_subnets
        )
        self._pools: dict[str, AddressPool] = {}  # network -> its addresses
        self._ports = PortAllocator()
        self._next_vxlan_id = FIRST_VXLAN_ID
        self._held: dict[str, tuple[NetworkAttachment, ...]] = {}  # task -> addresses not yet given back
        self._on_node: dict[str, dict[str, dict[str, None]]] = {}  # node -> network -> tasks
        self._networks: dict[str, None] = {}
        self._nodes: dict[str, None] = {}
        self._services: dict[str, None] = {}
        self._tasks: dict[str, None] = {}

    def start(self) -> None:
        """Take note of all that earlier leaders have given out; the rest is to be allocated.

        New addresses are the lowest free ones again: how far a leader had counted is in nobody's store.
        """
        for network in self.store.networks():
            self._recall_network(network)
        for node in self.store.nodes():
            self._nodes[node.id] = None
            for network_id, address in node.attachments.items():
                self._reserve(network_id, address)
        for service in self.store.services():
            self._services[service.id] = None
            self._ports.reserve(service.id, service.endpoint.ports if service.endpoint else ())
            for vip in service.endpoint.virtual_ips if service.endpoint else ():
                self._reserve(vip.network_id, vip.address)
        for task in self.store.tasks():
            if task.status.state is TaskState.NEW:
                self._tasks[task.id] = None
            elif not task.status.state.is_terminal:
                self._held[task.id] = task.networks
                for attachment in task.networks:
                    self._reserve(attachment.network_id, attachment.address)
                if task.node_id:
                    self._note_use(task.node_id, task.id, task.networks)
        self.ask()

    def _recall_network(self, network: Network) -> None:
        if network.driver_state is None:
            self._networks[network.id] = None
        elif not network.is_predefined:
            config = network.ipam[0]
            self._subnets.reserve(config.subnet)
            pool = self._pools[network.id] = AddressPool(config.subnet, range_=config.range)
            for address in (config.gateway, *config.reserved.values()):
                pool.reserve(address)
            number = (network.driver_state.options or {}).get(VXLAN_IDS, "0")
            self._next_vxlan_id = max(self._next_vxlan_id, int(number) + 1)

    def _reserve(self, network_id: str, address: str) -> None:
        pool = self._pools.get(network_id)
        if pool is not None and address:
            pool.reserve(address.partition("/")[0])

    # --- noticing -------------------------------------------------------------------------------------

    def observe(self, change: Change) -> None:
        if change.actor == "allocator":
            return
        if change.table == "task":
            self._observe_task(change.old, change.new)
        elif change.table == "network":
            if change.new is None:
                self._release_network(change.old)
            elif change.new.driver_state is None:
                self._networks[change.id] = None
                self.ask()
        elif change.table == "node":
            if change.old is None:
                self._nodes[change.id] = None
                self.ask()
            elif change.new is None:
                self._release_node(change.old)
            elif any(n.spec.ingress and n.id not in change.new.attachments for n in self.store.networks()):
                self._nodes[change.id] = None  # an ingress network was made after it
                self.ask()
        elif change.new is None:
            self._release_service(change.old)
        elif change.old is None or change.old.spec != change.new.spec:
            self._services[change.id] = None
            self.ask()

    def _observe_task(self, old: Task | None, new: Task | None) -> None:
        if new is None:
            if old is not None:
                self._release_task(old)
        elif new.status.state is _NEW:
            self._tasks[new.id] = None
            self.ask()
        elif new.status.state.is_terminal:
            self._release_task(new)
        elif new.node_id and new.networks and (old is None or not old.node_id):
            self._nodes[new.node_id] = None  # its first task on a network brings it an address there
            self._note_use(new.node_id, new.id, new.networks)
            self.ask(0)

    def _note_use(self, node_id: str, task_id: str, attachments: tuple[NetworkAttachment, ...]) -> None:
        networks = self._on_node.setdefault(node_id, {})
        for attachment in attachments:
            networks.setdefault(attachment.network_id, {})[task_id] = None

    # --- giving back ----------------------------------------------------------------------------------

    def _release_task(self, task: Task) -> None:
        self._tasks.pop(task.id, None)
        held = self._held.pop(task.id, ())
        for attachment in held:
            self._free(attachment.network_id, attachment.address)
            networks = self._on_node.get(task.node_id, {})
            users = networks.get(attachment.network_id)
            if users is not None:
                users.pop(task.id, None)
                if not users:
                    del networks[attachment.network_id]
                    self._nodes[task.node_id] = None
        if held:
            self.ask()  # what could not be allocated may be possible now

    def _release_service(self, service: Service) -> None:
        self._services.pop(service.id, None)
        self._ports.release(service.id)
        for vip in service.endpoint.virtual_ips if service.endpoint else ():
            self._free(vip.network_id, vip.address)
        self.ask()

    def _release_node(self, node: Node) -> None:
        self._nodes.pop(node.id, None)
        self._on_node.pop(node.id, None)
        for network_id, address in node.attachments.items():
            self._free(network_id, address)

    def _release_network(self, network: Network) -> None:
        self._networks.pop(network.id, None)
        if self._pools.pop(network.id, None) is not None:
            self._subnets.free(network.ipam[0].subnet)
            self.ask()
        if network.spec.ingress:  # no other one can go while nodes are on it
            self._nodes.update((node.id, None) for node in self.store.nodes() if network.id in node.attachments)
            self.ask()

    def _free(self, network_id: str, address: str) -> None:
        pool = self._pools.get(network_id)
        if pool is not None and address:
            pool.free(address.partition("/")[0])

    # --- allocating -----------------------------------------------------------------------------------

    def tick(self) -> None:
        with self.store.transaction("allocator") as write:
            for network_id in list(self._networks):
                self._allocate_network(write, network_id)
            for node_id in list(self._nodes):
                self._allocate_node(write, node_id)
            for service_id in list(self._services):
                self._allocate_service(write, service_id)
            needs: dict[str, Needs | None] = {}  # by service: its tasks all need the same
            told = TaskStatus(TaskState.PENDING, self.queue.now, "pending task scheduling")
            for task_id in list(self._tasks):
                self._allocate_task(write, task_id, needs, told)

    def _allocate_network(self, write: Transaction, network_id: str) -> None:
        network: Network | None = write.get("network", network_id)
        self._networks.pop(network_id, None)
        if network is None:
            return
        if network.is_predefined:
            driver = network.spec.driver.name if network.spec.driver else network.spec.name
            write.update(network._replace(driver_state=Driver(driver)))
            return
        ipv4 = [pool for pool in network.spec.ipam if ":" not in pool.subnet]
        if network.spec.ipam and not ipv4:
            return  # as engines from 28 on: the network stays without driver and addresses
        asked = ipv4[0] if ipv4 else IPAMConfig()
        if asked.subnet:
            if not self._subnets.reserve(asked.subnet):
                self._networks[network_id] = None
                return  # overlaps another: the network stays without driver and addresses while that is there
            subnet = asked.subnet
        else:
            try:
                subnet = self._subnets.take()
            except Unknown:
                return  # none is left
        gateway = asked.gateway or gateway_of(subnet, asked.range)
        pool = AddressPool(subnet, range_=asked.range)
        if asked.gateway:
            pool.reserve(gateway)
        else:
            pool.take()  # the gateway is simply the first address handed out
        for address in asked.reserved.values():
            pool.reserve(address)
        self._pools[network_id] = pool
        options = dict(network.spec.driver.options or {}) if network.spec.driver else {}
        options[VXLAN_IDS] = str(self._next_vxlan_id)
        self._next_vxlan_id += 1
        driver = network.spec.driver.name if network.spec.driver and network.spec.driver.name else "overlay"
        write.update(
            network._replace(
                driver_state=Driver(driver, options),
                ipam=(IPAMConfig(subnet, asked.range, gateway, asked.reserved),),
            )
        )

    def _allocate_node(self, write: Transaction, node_id: str) -> None:
        """Give a node its load-balancer address on ingress and on each network its tasks use; take others back.

        A node is looked at when something happens to it or its tasks, not when a new ingress network is made: until
        then it has no part in that (SwarmKit: allocator/network.go, doNetworkAlloc).
        """
        self._nodes.pop(node_id, None)
        node: Node | None = write.get("node", node_id)
        if node is None:
            return
        wanted = [network.id for network in self.store.networks() if network.spec.ingress and network.id in self._pools]
        wanted += [network_id for network_id in self._on_node.get(node_id, {}) if network_id not in wanted]
        attachments = dict(node.attachments)
        for network_id in list(attachments):
            if network_id not in wanted:
                self._free(network_id, attachments.pop(network_id))
        for network_id in wanted:
            if network_id not in attachments and network_id in self._pools:
                address = self._take(network_id)
                if address:
                    attachments[network_id] = address
        if attachments != node.attachments:
            write.update(node._replace(attachments=attachments))

    def _take(self, network_id: str, wanted: str = "") -> str:
        """Return an address with its prefix: the one that is `wanted`, or any; "" if it is not to be had."""
        pool = self._pools[network_id]
        address = pool.take_this(wanted) if wanted else pool.take()
        return f"{address}/{pool.prefix}" if address else ""

    def _network_ids(self, write: Transaction, service: Service) -> list[str]:
        """Return the networks of a service: ingress first if it publishes there, then as in its spec."""
        spec = service.spec
        ports = spec.endpoint.ports if spec.endpoint else ()
        ids = []
        if any(port.mode == "ingress" for port in ports):
            ids += [network.id for network in self.store.networks() if network.spec.ingress]
        return ids + [config.target for config in spec.task.networks if config.target not in ids]

    def _allocate_service(self, write: Transaction, service_id: str) -> None:
        service: Service | None = write.get("service", service_id)
        if service is None:
            self._services.pop(service_id, None)
            return
        spec = service.spec.endpoint
        present = service.endpoint or Endpoint()
        ids = self._network_ids(write, service)
        if any(self._network(write, network_id) is None for network_id in ids):
            return  # a network is not ready: try again when something changes
        ports: tuple[PortConfig, ...] = ()
        if spec and spec.ports:
            allocated = self._ports.allocate(service_id, spec.ports, present.ports)
            if allocated is None:
                return
            ports = allocated
        else:
            self._ports.release(service_id)
        vips = self._virtual_ips(write, service, ids, present.virtual_ips)
        if vips is None:
            return
        self._services.pop(service_id, None)
        # What needs nothing gets no endpoint; one that is there stays, however empty (IsServiceAllocated).
        endpoint = Endpoint(spec, ports, vips) if ports or vips or service.endpoint else None
        if endpoint != service.endpoint:
            write.update(service._replace(endpoint=endpoint))

    def _virtual_ips(
        self, write: Transaction, service: Service, ids: list[str], present: tuple[VirtualIP, ...]
    ) -> tuple[VirtualIP, ...] | None:
        """Return the service's virtual addresses: those still wanted are kept, new ones follow."""
        spec = service.spec.endpoint
        wanted = [] if spec and spec.mode == "dnsrr" else ids
        kept = [vip for vip in present if vip.network_id in wanted]
        for vip in present:
            if vip.network_id not in wanted:
                self._free(vip.network_id, vip.address)
        have = {vip.network_id for vip in kept}
        for network_id in wanted:
            if network_id in have:
                continue
            network = self._network(write, network_id)
            if network is not None and network.is_predefined:
                kept.append(VirtualIP(network_id, ""))
                continue
            address = self._take(network_id)
            if not address:
                for vip in kept:
                    if vip.network_id not in have:
                        self._free(vip.network_id, vip.address)
                return None
            kept.append(VirtualIP(network_id, address))
        return tuple(kept)

    def _network(self, write: Transaction, network_id: str) -> Network | None:
        """Return a network that has been allocated, else None."""
        network: Network | None = write.get("network", network_id)
        return network if network is not None and network.driver_state is not None else None

    def _needs(self, write: Transaction, service_id: str) -> Needs | None:
        """Return what tasks of a service need; None while the service itself has "pending allocations"."""
        service: Service | None = write.get("service", service_id)
        if service is None or service_id in self._services:
            return None
        return Needs(service, self._network_ids(write, service))

    def _allocate_task(
        self, write: Transaction, task_id: str, known: dict[str, Needs | None], told: TaskStatus
    ) -> None:
        task = self.store.task(task_id)
        if task is None or task.status.state is not _NEW:
            self._tasks.pop(task_id, None)
            return
        service_id = task.service_id
        if service_id not in known:
            known[service_id] = self._needs(write, service_id)
        needs = known[service_id]
        if service_id and needs is None:
            return
        configs = {config.target: config for config in task.spec.networks}
        ids = needs.networks if needs is not None else list(configs)  # without a service it is a container's place
        taken: list[NetworkAttachment] = []
        for network_id in ids:
            network = self._network(write, network_id)
            config = configs.get(network_id, NetworkAttachmentConfig(network_id))
            address = "" if network is None or network.is_predefined else self._take(network_id, config.address)
            if network is None or (not address and not network.is_predefined):
                for attachment in taken:
                    self._free(attachment.network_id, attachment.address)
                return
            taken.append(NetworkAttachment(network_id, address, config.aliases))
        self._tasks.pop(task_id, None)
        if places := tuple(taken):
            self._held[task_id] = places
        if places and task.node_id:
            self._note_use(task.node_id, task_id, places)
            self._nodes[task.node_id] = None
            self.ask()
        endpoint = needs.service.endpoint or task.endpoint if needs is not None else None
        write.update(task.allocated(places, endpoint, told))
