"""Networks: as the swarm's store has them, as tasks carry them, as an engine has them, and as clients ask.

moby: ``daemon/cluster/convert/network.go``, ``daemon/network.go``; engine-local: ``api/types/network``.
"""

from collections.abc import Mapping

from swarmlab.api.convert.basics import Json, driver_json, meta, present, sorted_labels
from swarmlab.api.shapes import BOOL, LABELS, STRING, ListOf, Struct
from swarmlab.core.network.local import BRIDGE, LocalNetwork
from swarmlab.core.objects import Driver, IPAMConfig, Network, NetworkAttachment, NetworkSpec
from swarmlab.core.units import rfc3339

IPAM = Struct(
    "network.IPAM",
    {
        "Driver": STRING,
        "Options": LABELS,
        "Config": ListOf(
            Struct(
                "network.IPAMConfig",
                {"Subnet": STRING, "IPRange": STRING, "Gateway": STRING, "AuxiliaryAddresses": LABELS},
            )
        ),
    },
)
CREATE = Struct(
    "network.CreateRequest",
    {
        "Name": STRING,
        "CheckDuplicate": BOOL,
        "Driver": STRING,
        "Scope": STRING,
        "EnableIPv4": BOOL,
        "EnableIPv6": BOOL,
        "IPAM": IPAM,
        "Internal": BOOL,
        "Attachable": BOOL,
        "Ingress": BOOL,
        "ConfigOnly": BOOL,
        "ConfigFrom": Struct("network.ConfigReference", {"Network": STRING}),
        "Options": LABELS,
        "Labels": LABELS,
    },
)


def network_spec_of(json: Json) -> NetworkSpec:
    """Return the spec of a swarm network that the body of ``/networks/create`` says."""
    ipam = json.get("IPAM")
    name = json.get("Driver", "")
    return NetworkSpec(
        name=json.get("Name", ""),
        labels=json.get("Labels", {}),
        driver=Driver(name, json.get("Options") or None) if name else None,
        ipam_driver=Driver(ipam.get("Driver", ""), ipam.get("Options") or None) if ipam is not None else None,
        ipam=tuple(_pool_of(item) for item in ipam.get("Config", ())) if ipam is not None else (),
        internal=json.get("Internal", False),
        attachable=json.get("Attachable", False),
        ingress=json.get("Ingress", False),
        ipv6=json.get("EnableIPv6", False),
        config_from=json.get("ConfigFrom", {}).get("Network", ""),
    )


def _pool_of(json: Json) -> IPAMConfig:
    return IPAMConfig(
        json.get("Subnet", ""),
        json.get("IPRange", ""),
        json.get("Gateway", ""),
        json.get("AuxiliaryAddresses", {}),
    )


def _pools_json(pools: tuple[IPAMConfig, ...]) -> list[Json]:
    return [
        present(
            Subnet=pool.subnet,
            IPRange=pool.range,
            Gateway=pool.gateway,
            AuxiliaryAddresses=sorted_labels(pool.reserved),
        )
        for pool in pools
    ]


# --- inside a task ------------------------------------------------------------------------------------


def attached_json(network: Network) -> Json:
    """Return a network as tasks carry it in NetworksAttachments."""
    spec = network.spec
    spec_json: Json = {"Name": spec.name, "Labels": sorted_labels(spec.labels)}
    # The ingress network is made by the swarm itself, with a driver that has no name.
    spec_json["DriverConfiguration"] = driver_json(spec.driver) if spec.driver is not None else {}
    spec_json |= present(
        IPv6Enabled=spec.ipv6, Internal=spec.internal, Attachable=spec.attachable, Ingress=spec.ingress
    )
    ipam: Json = {"Driver": driver_json(spec.ipam_driver) if spec.ipam_driver else {}}
    spec_json["IPAMOptions"] = ipam | present(Configs=_configs_json(spec.ipam))
    if spec.config_from:
        spec_json["ConfigFrom"] = {"Network": spec.config_from}
    spec_json["Scope"] = "swarm"
    json = meta(network) | {"Spec": spec_json}
    json["DriverState"] = driver_json(network.driver_state) if network.driver_state is not None else {}
    if network.ipam:
        json["IPAMOptions"] = {"Driver": {"Name": "default"}, "Configs": _configs_json(network.ipam)}
    return json


def _configs_json(pools: tuple[IPAMConfig, ...]) -> list[Json]:
    return [present(Subnet=pool.subnet, Range=pool.range, Gateway=pool.gateway) for pool in pools]


def attachment_json(attachment: NetworkAttachment, networks: Mapping[str, Json]) -> Json:
    """Return a task's place on a network; `networks` has what `attached_json` says of each, by id."""
    network = networks.get(attachment.network_id) or {"ID": attachment.network_id}
    return {"Network": network, "Addresses": [attachment.address]}


# --- as ``docker network`` shows them -----------------------------------------------------------------


def swarm_network_json(network: Network, *, ipv4: bool) -> Json:
    """Return a network as a manager knows it, whoever uses it."""
    spec, state = network.spec, network.driver_state
    if network.ipam:
        ipam: Json = {"Driver": "default", "Options": None, "Config": _pools_json(network.ipam)}
        if spec.ipam_driver and spec.ipam_driver.name:
            ipam["Driver"] = spec.ipam_driver.name
            ipam["Options"] = spec.ipam_driver.options
    else:
        ipam = {"Driver": "", "Options": None, "Config": None}
    return _network_json(
        name=spec.name,
        network_id=network.id,
        created=network.created_at,
        scope="swarm",
        driver=state.name if state is not None else "",
        ipam=ipam,
        flags=(spec.internal, spec.attachable, spec.ingress),
        config_from=spec.config_from,
        containers=None,
        options=state.options if state is not None else None,
        labels=spec.labels or None,
        ipv4=ipv4,
        ipv6=spec.ipv6,
    )


def local_network_json(network: LocalNetwork, containers: Json, *, ipv4: bool, modern: bool) -> Json:
    """Return a network that belongs to one engine; `containers` is what is on it."""
    config: list[Json] | None = None if modern else []
    if network.subnet:
        pool = IPAMConfig(network.subnet, network.range, network.gateway, network.reserved)
        if not modern and network.name == BRIDGE:
            pool = pool._replace(gateway="")
        config = _pools_json((pool,))
        if network.subnet6:
            config += _pools_json((IPAMConfig(network.subnet6, network.range6, network.gateway6),))
    return _network_json(
        name=network.name,
        network_id=network.id,
        created=network.created_at,
        scope="local",
        driver=network.driver,
        ipam={"Driver": "default", "Options": None, "Config": config},
        flags=(network.internal, network.attachable, False),
        config_from="",
        containers=containers,
        options=network.options,
        labels=network.labels,
        ipv4=ipv4,
        ipv6=network.ipv6,
    )


def _network_json(
    *,
    name: str,
    network_id: str,
    created: int,
    scope: str,
    driver: str,
    ipam: Json,
    flags: tuple[bool, bool, bool],
    config_from: str,
    containers: Json | None,
    options: Mapping[str, str] | None,
    labels: Mapping[str, str] | None,
    ipv4: bool,
    ipv6: bool,
) -> Json:
    json: Json = {"Name": name, "Id": network_id, "Created": rfc3339(created), "Scope": scope, "Driver": driver}
    if ipv4:
        json["EnableIPv4"] = True
    internal, attachable, ingress = flags
    return json | {
        "EnableIPv6": ipv6,
        "IPAM": ipam,
        "Internal": internal,
        "Attachable": attachable,
        "Ingress": ingress,
        "ConfigFrom": {"Network": config_from},
        "ConfigOnly": False,
        "Containers": containers,
        "Options": None if options is None else sorted_labels(options),
        "Labels": None if labels is None else sorted_labels(labels),
    }


def endpoint_json(name: str, endpoint_id: str, mac: str, address: str, address6: str = "") -> Json:
    """Return what is plugged into a network; the addresses have their prefixes."""
    return {
        "Name": name,
        "EndpointID": endpoint_id,
        "MacAddress": mac,
        "IPv4Address": address,
        "IPv6Address": address6,
    }
