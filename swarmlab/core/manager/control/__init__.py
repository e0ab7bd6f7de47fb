"""What a manager does with a wish: check it, then write it into the store.  SwarmKit: ``manager/controlapi``.

Nothing here waits for the wish to come true: ``service create`` is over as soon as the service object is
stored; the control loops hear of it and do the rest.

Every refusal has SwarmKit's own words and comes in SwarmKit's order; its category is one of
`swarmlab.errors`.  The ``rpc error: code = …`` around it is added by the Engine API.
"""

from swarmlab.core.ids import Ids
from swarmlab.core.manager.control import clusters, files, networks, nodes, services
from swarmlab.core.manager.control.nodes import Members, StoredManagers
from swarmlab.core.objects import (
    Cluster,
    ClusterSpec,
    Config,
    Network,
    NetworkSpec,
    Node,
    NodeSpec,
    Secret,
    SecretSpec,
    Service,
    ServiceSpec,
)
from swarmlab.core.queue import Queue
from swarmlab.core.store import Store

__all__ = ["Control", "Members", "StoredManagers"]


class Control:
    """The control API of one swarm.  A `version` is the version index that the caller last saw."""

    def __init__(self, store: Store, ids: Ids, queue: Queue) -> None:
        self.store = store
        self.ids = ids
        self.queue = queue
        self.members: Members = StoredManagers(store)  # who is in the raft group; raft puts itself here

    # --- services -------------------------------------------------------------------------------------

    def create_service(self, spec: ServiceSpec) -> Service:
        """Store a new service and return it."""
        return services.create(self.store, self.ids.swarm(), spec, self.queue.now)

    def update_service(self, service_id: str, version: int, spec: ServiceSpec, *, rollback: bool = False) -> Service:
        """Give a service another spec; with `rollback` its previous one, whatever `spec` says."""
        return services.update(self.store, service_id, version, spec, self.queue.now, rollback=rollback)

    def remove_service(self, service_id: str) -> None:
        """Forget a service: its name is free at once, its tasks are cleared away later."""
        services.remove(self.store, service_id)

    # --- nodes ----------------------------------------------------------------------------------------

    def update_node(self, node_id: str, version: int, spec: NodeSpec) -> Node:
        """Give a node another spec: availability, labels, desired role."""
        return nodes.update(self.store, self.members, node_id, version, spec)

    def remove_node(self, node_id: str, *, force: bool = False) -> None:
        """Forget a node.  It must be down, or `force`, and no manager in either case."""
        nodes.remove(self.store, self.members, node_id, self.queue.now, force=force)

    # --- networks -------------------------------------------------------------------------------------

    def create_network(self, spec: NetworkSpec) -> Network:
        """Store a new network of the swarm and return it; the allocator will choose what is left open."""
        return networks.create(self.store, self.ids.swarm(), spec)

    def remove_network(self, network_id: str) -> None:
        """Forget a network that nobody uses."""
        networks.remove(self.store, network_id)

    # --- secrets and configs --------------------------------------------------------------------------

    def create_secret(self, spec: SecretSpec) -> Secret:
        """Store a new secret and return it."""
        return files.create_secret(self.store, self.ids.swarm(), spec)

    def update_secret(self, secret_id: str, version: int, spec: SecretSpec) -> Secret:
        """Give a secret other labels; nothing else of it may change."""
        return files.update_secret(self.store, secret_id, version, spec)

    def remove_secret(self, secret_id: str) -> None:
        """Forget a secret that no service's spec names."""
        files.remove(self.store, "secret", secret_id)

    def create_config(self, spec: SecretSpec) -> Config:
        """Store a new config and return it."""
        return files.create_config(self.store, self.ids.swarm(), spec)

    def update_config(self, config_id: str, version: int, spec: SecretSpec) -> Config:
        """Give a config other labels; nothing else of it may change."""
        return files.update_config(self.store, config_id, version, spec)

    def remove_config(self, config_id: str) -> None:
        """Forget a config that no service's spec names."""
        files.remove(self.store, "config", config_id)

    # --- the cluster ----------------------------------------------------------------------------------

    def update_cluster(
        self,
        version: int,
        spec: ClusterSpec,
        *,
        rotate_worker_token: bool = False,
        rotate_manager_token: bool = False,
        rotate_unlock_key: bool = False,
    ) -> Cluster:
        """Give the swarm other settings, or tokens and keys that nobody knows yet."""
        rotation = clusters.Rotation(rotate_worker_token, rotate_manager_token, rotate_unlock_key)
        return clusters.update(self.store, self.ids, version, spec, rotation)
