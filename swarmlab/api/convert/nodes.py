"""Nodes.  moby: ``daemon/cluster/convert/node.go``."""

from swarmlab.api.convert.basics import Json, meta, present, sorted_labels
from swarmlab.api.convert.taskspec import amount_json
from swarmlab.api.shapes import LABELS, STRING, Scalar, Struct
from swarmlab.core.objects import ManagerStatus, Node, NodeDescription, NodeSpec
from swarmlab.core.states import Availability, Role
from swarmlab.errors import InvalidArgument

NODE_SPEC = Struct(
    "swarm.NodeSpec",
    {
        "Name": STRING,
        "Labels": LABELS,
        "Role": Scalar("swarm.NodeRole", "string"),
        "Availability": Scalar("swarm.NodeAvailability", "string"),
    },
)


def node_spec_of(json: Json) -> NodeSpec:
    """Return the node spec that JSON says.  Raises InvalidArgument for an unknown role or availability."""
    role, availability = json.get("Role", ""), json.get("Availability", "")
    roles = {known.word: known for known in Role}
    if role not in roles:
        raise InvalidArgument(f'invalid Role: "{role}"')
    return NodeSpec(json.get("Name", ""), json.get("Labels", {}), roles[role], availability_of(availability))


def availability_of(word: str) -> Availability:
    """Return the availability that a word means.  Raises InvalidArgument if it means none."""
    known = {value.word: value for value in Availability}
    if word not in known:
        raise InvalidArgument(f'invalid Availability: "{word}"')
    return known[word]


def node_json(node: Node, manager: ManagerStatus | None, tls: Json) -> Json:
    """Return a node; `manager` is its place among the managers, `tls` the swarm's root certificate."""
    spec = node.spec
    json = meta(node)
    json["Spec"] = {
        **present(Name=spec.name),
        "Labels": sorted_labels(spec.labels),
        "Role": spec.role.word,
        "Availability": spec.availability.word,
    }
    json["Description"] = _description_json(node.description, tls)
    status = node.status
    json["Status"] = {"State": status.state.word, **present(Message=status.message, Addr=status.addr)}
    if manager is not None:
        json["ManagerStatus"] = {
            **present(Leader=manager.leader),
            "Reachability": manager.reachability,
            **present(Addr=manager.addr),
        }
    return json


def _description_json(description: NodeDescription | None, tls: Json) -> Json:
    if description is None:  # it has been let in, but has not introduced itself yet
        return {"Platform": {}, "Resources": {}, "Engine": {}, "TLSInfo": {}}
    platform = description.platform
    plugins = [{"Type": kind, "Name": name} for kind, name in sorted(description.plugins)]
    return {
        **present(Hostname=description.hostname),
        "Platform": present(Architecture=platform.architecture, OS=platform.os),
        "Resources": amount_json(description.resources),
        "Engine": present(
            EngineVersion=description.engine_version,
            Labels=sorted_labels(description.engine_labels),
            Plugins=plugins,
        ),
        "TLSInfo": tls,
    }
