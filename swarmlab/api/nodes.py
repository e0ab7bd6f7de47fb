"""``/nodes``.  moby: ``daemon/cluster/nodes.go``."""

from swarmlab.api import filters, lookup
from swarmlab.api.call import Call, empty, reply
from swarmlab.api.convert.nodes import NODE_SPEC, node_json, node_spec_of
from swarmlab.api.convert.swarm import tls_json
from swarmlab.api.errors import from_manager
from swarmlab.api.filters import Filters
from swarmlab.core.objects import Node
from swarmlab.errors import Unknown
from swarmlab.wire import Response

FILTERS = ("id", "label", "membership", "name", "node.label", "role")


def list_(call: Call) -> Response:
    """``GET /nodes``."""
    manager = call.manager
    wanted = filters.read(call, FILTERS)
    for role in wanted.get("role"):
        if role.lower() not in ("manager", "worker"):
            raise Unknown(f"Invalid role filter: '{role}'")
    for membership in wanted.get("membership"):
        if membership.lower() not in ("accepted", "pending"):
            raise Unknown(f"Invalid membership filter: '{membership}'")
    found = sorted((node for node in manager.store.nodes() if _matches(node, wanted)), key=lambda node: node.id)
    tls = tls_json(manager.store.cluster)
    return reply([node_json(node, manager.manager_status(node), tls) for node in found])


def _matches(node: Node, wanted: Filters) -> bool:
    description = node.description
    return (
        wanted.prefix("id", node.id)
        and wanted.prefix("name", description.hostname if description else "")
        and wanted.labels("label", description.engine_labels if description else {})
        and wanted.labels("node.label", node.spec.labels)
        and ("role" not in wanted or node.spec.role.word in [role.lower() for role in wanted.get("role")])
        and ("membership" not in wanted or node.membership in [value.lower() for value in wanted.get("membership")])
    )


def inspect(call: Call) -> Response:
    """``GET /nodes/{id}``."""
    manager = call.manager
    node = lookup.node(manager.store, call.args["id"])
    return reply(node_json(node, manager.manager_status(node), tls_json(manager.store.cluster)))


def update(call: Call) -> Response:
    """``POST /nodes/{id}/update``."""
    json = call.json(NODE_SPEC)
    version = call.object_version("node")
    manager = call.manager
    spec = node_spec_of(json)
    node = lookup.node(manager.store, call.args["id"])
    with from_manager():
        manager.control.update_node(node.id, version, spec)
    return empty()


def delete(call: Call) -> Response:
    """``DELETE /nodes/{id}``."""
    manager = call.manager
    node = lookup.node(manager.store, call.args["id"])
    with from_manager():
        manager.control.remove_node(node.id, force=call.flag("force"))
    return empty()
