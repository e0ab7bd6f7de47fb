"""``docker network``.  docker/cli: cli/command/network."""

import ipaddress
from typing import Any

from swarmlab.cli.api import named
from swarmlab.cli.command import Call, Command, exact_args, min_args, no_args
from swarmlab.cli.commands.common import FORMAT, INSPECT_FORMAT, confirmed
from swarmlab.cli.errors import CommandError, EngineError
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.formatter.context import write
from swarmlab.cli.formatter.inspect import Found, inspect
from swarmlab.cli.formatter.network import NetworkRow, list_format
from swarmlab.cli.formatter.text import NaturalKey
from swarmlab.cli.options import checks
from swarmlab.cli.values import Bool, Filter, Int, List, Map, String, Strings

_INGRESS_WARNING = (
    "WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the same docker "
    "engine version. Otherwise, removal may not be effective and functionality of newly create ingress networks will "
    "be impaired.\nAre you sure you want to continue?"
)
_PRUNE_WARNING = (
    "WARNING! This will remove all custom networks not used by at least one container.\n"
    "Are you sure you want to continue?"
)


def _list(call: Call) -> None:
    networks = call.engine.get("/networks", filters=call["filter"])
    networks.sort(key=lambda network: NaturalKey(network["Name"]))
    form = list_format(call["format"] or "table", call["quiet"])
    rows = [NetworkRow(network, cut=not call["no-trunc"]) for network in networks]
    call.env.stdout.write(write(form, NetworkRow, rows))


def _inspect(call: Call) -> None:
    def find(reference: str) -> Found:
        return Found(
            "network.Inspect", call.engine.raw(f"/networks/{reference}", verbose="true" if call["verbose"] else None)
        )

    inspect(call.args, call["format"], find, call.env.stdout)


def _create(call: Call) -> None:
    body: dict[str, Any] = {
        "Driver": call["driver"],
        "Scope": call["scope"],
        **({"EnableIPv4": call["ipv4"]} if call.flags.changed("ipv4") else {}),
        **({"EnableIPv6": call["ipv6"]} if call.flags.changed("ipv6") else {}),
        "IPAM": _ipam(call),
        "Internal": call["internal"],
        "Attachable": call["attachable"],
        "Ingress": call["ingress"],
        "ConfigOnly": call["config-only"],
        "ConfigFrom": {"Network": call["config-from"]} if call["config-from"] else None,
        "Options": call["opt"],
        "Labels": checks.pairs(call["label"]),
        "Name": call.args[0],
    }
    call.out(call.engine.post("/networks/create", body)["Id"])


def _ipam(call: Call) -> dict[str, Any]:
    subnets, ranges, gateways = call["subnet"], call["ip-range"], call["gateway"]
    if len(subnets) < len(ranges) or len(subnets) < len(gateways):
        raise CommandError("every ip-range or gateway must have a corresponding subnet")
    configs: dict[str, dict[str, Any]] = {}
    for subnet in subnets:
        if any(_holds(subnet, other) or _holds(other, subnet) for other in configs):
            raise CommandError("multiple overlapping subnet configuration is not supported")
        configs[subnet] = {"Subnet": subnet}
    for word, values, key, preposition in (
        ("range", ranges, "IPRange", "on the same"),
        ("gateway", gateways, "Gateway", "for the same"),
    ):
        for value in values:
            _place(configs, value, word, key, preposition)
    for name, address in call["aux-address"].items():
        holders = [config for subnet, config in configs.items() if _holds(subnet, address)]
        if not holders:
            raise CommandError(f"no matching subnet for aux-address {address}")
        for config in holders:
            config.setdefault("AuxiliaryAddresses", {})[name] = address
    return {"Driver": call["ipam-driver"], "Options": call["ipam-opt"], "Config": list(configs.values())}


def _place(configs: dict[str, dict[str, Any]], value: str, word: str, key: str, preposition: str) -> None:
    """Put a range or gateway into the subnet that holds it."""
    placed = False
    for subnet, config in configs.items():
        if key == "IPRange":
            _parse_cidr(value)
        if not _holds(subnet, value):
            continue
        if key in config:
            raise CommandError(
                f"cannot configure multiple {word}s ({value}, {config[key]}) {preposition} subnet ({subnet})"
            )
        config[key] = value
        placed = True
    if not placed:
        raise CommandError(f"no matching subnet for {word} {value}")


def _parse_cidr(text: str, prefix: str = "") -> "ipaddress.IPv4Interface | ipaddress.IPv6Interface":
    try:
        if "/" not in text:
            raise ValueError
        return ipaddress.ip_interface(text)
    except ValueError:
        raise CommandError(f"{prefix}invalid CIDR address: {text}") from None


def _holds(subnet: str, address: str) -> bool:
    network = _parse_cidr(subnet, "invalid subnet: ").network
    if "/" in address:
        return _parse_cidr(address).ip in network
    try:
        return ipaddress.ip_address(address) in network
    except ValueError:
        return False


def _remove(call: Call) -> None:
    failed = False
    for name in call.args:
        try:
            is_ingress = call.engine.get(f"/networks/{name}").get("Ingress")
        except CommandError:
            is_ingress = False
        if is_ingress and not confirmed(call, _INGRESS_WARNING):
            continue
        try:
            call.engine.delete(f"/networks/{name}")
        except CommandError as error:
            if not (call["force"] and isinstance(error, EngineError) and error.status == 404):
                call.err(error.text)
                failed = True
            continue
        call.out(name)
    if failed:
        raise CommandError("exit status 1")


def _connect(call: Call) -> None:
    named(call.args[1], "container")
    options = {}
    for word in call["driver-opt"]:
        key, equals, value = word.partition("=")
        if not equals or not key.strip():
            raise CommandError("invalid key/value pair format in driver options")
        options[key.strip()] = value.strip()
    endpoint = {
        "IPAMConfig": {
            **({"IPv4Address": call["ip"]} if call["ip"] else {}),
            **({"IPv6Address": call["ip6"]} if call["ip6"] else {}),
            **({"LinkLocalIPs": call["link-local-ip"]} if call["link-local-ip"] else {}),
        },
        "Links": call["link"] or None,
        "Aliases": call["alias"],
        "DriverOpts": options,
        "GwPriority": call["gw-priority"],
    }
    call.engine.post(f"/networks/{call.args[0]}/connect", {"Container": call.args[1], "EndpointConfig": endpoint})


def _disconnect(call: Call) -> None:
    call.engine.post(f"/networks/{call.args[0]}/disconnect", {"Container": call.args[1], "Force": call["force"]})


def _prune(call: Call) -> None:
    if not call["force"] and not confirmed(call, _PRUNE_WARNING):
        return
    deleted = call.engine.post("/networks/prune", filters=call["filter"]).get("NetworksDeleted") or []
    if deleted:
        call.out("Deleted Networks:\n" + "".join(name + "\n" for name in deleted))


_CREATE = (
    flag("driver", "Driver to manage the Network", lambda: String("bridge"), short="d"),
    flag("opt", "Set driver specific options", Map, short="o"),
    flag("label", "Set metadata on a network", lambda: List(checks.label)),
    switch("internal", "Restrict external access to the network"),
    flag("ipv4", "Enable or disable IPv4 address assignment", lambda: Bool(True)),
    switch("ipv6", "Enable or disable IPv6 address assignment"),
    switch("attachable", "Enable manual container attachment", version="1.25"),
    switch("ingress", "Create swarm routing-mesh network", version="1.29"),
    flag("scope", "Control the network's scope", version="1.30"),
    switch("config-only", "Create a configuration only network", version="1.30"),
    flag("config-from", "The network from which to copy the configuration", version="1.30"),
    flag("ipam-driver", "IP Address Management Driver", lambda: String("default")),
    flag("subnet", "Subnet in CIDR format that represents a network segment", Strings),
    flag("ip-range", "Allocate container ip from a sub-range", Strings),
    flag("gateway", "IPv4 or IPv6 Gateway for the master subnet", Strings),
    flag("aux-address", "Auxiliary IPv4 or IPv6 addresses used by Network driver", Map),
    flag("ipam-opt", "Set IPAM driver specific options", Map),
)
_CONNECT = (
    flag("ip", 'IPv4 address (e.g., "172.30.100.104")'),
    flag("ip6", 'IPv6 address (e.g., "2001:db8::33")'),
    flag("link", "Add link to another container", List),
    flag("alias", "Add network-scoped alias for the container", Strings),
    flag("link-local-ip", "Add a link-local address for the container", Strings),
    flag("driver-opt", "driver options for the network", Strings),
    flag("gw-priority", "Highest gw-priority provides the default gateway. Accepts positive and negative values.", Int),
)


def command() -> Command:
    """Return the group with its commands."""
    return Command("network", "Manage networks", None, no_args).add(
        Command(
            "connect [OPTIONS] NETWORK CONTAINER", "Connect a container to a network", _connect, exact_args(2), _CONNECT
        ),
        Command("create [OPTIONS] NETWORK", "Create a network", _create, exact_args(1), _CREATE),
        Command(
            "disconnect [OPTIONS] NETWORK CONTAINER",
            "Disconnect a container from a network",
            _disconnect,
            exact_args(2),
            (switch("force", "Force the container to disconnect from a network", short="f"),),
        ),
        Command(
            "inspect [OPTIONS] NETWORK [NETWORK...]",
            "Display detailed information on one or more networks",
            _inspect,
            min_args(1),
            (INSPECT_FORMAT, switch("verbose", "Verbose output for diagnostics", short="v")),
        ),
        Command(
            "ls [OPTIONS]",
            "List networks",
            _list,
            no_args,
            (
                switch("quiet", "Only display network IDs", short="q"),
                switch("no-trunc", "Do not truncate the output"),
                FORMAT,
                flag("filter", 'Provide filter values (e.g. "driver=bridge")', Filter, short="f"),
            ),
            aliases=("list",),
        ),
        Command(
            "prune [OPTIONS]",
            "Remove all unused networks",
            _prune,
            no_args,
            (
                switch("force", "Do not prompt for confirmation", short="f"),
                flag("filter", 'Provide filter values (e.g. "until=<timestamp>")', Filter),
            ),
        ),
        Command(
            "rm NETWORK [NETWORK...]",
            "Remove one or more networks",
            _remove,
            min_args(1),
            (switch("force", "Do not error if the network does not exist", short="f"),),
            aliases=("remove",),
        ),
    )
