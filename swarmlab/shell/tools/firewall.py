"""``firewall-cmd``: firewalld's command, for the ports of a host.

firewalld src/firewall-cmd.in, src/firewall/errors.py (exit codes).  Closing a port of the swarm (2377, 7946, 4789) has
its real consequences; published ports pass a host's firewall anyway, as on real hosts.
"""

import re

from swarmlab.core.network.firewall import Opening
from swarmlab.shell.call import Call

_NOT_RUNNING, _INVALID_PORT, _INVALID_PROTOCOL, _INVALID_RULE, _INVALID_ZONE, _USAGE = 252, 102, 103, 122, 112, 2
_RICH = re.compile(
    r'^rule(?:\s+family="?ipv4"?)?(?:\s+source\s+address="?[^"\s]+"?)?\s+port\s+port="?(\d+)"?\s+protocol="?(tcp|udp)"?'
    r"\s+(accept|reject|drop)$"
)


def firewall_cmd(call: Call) -> int:
    """Open, close and list ports."""
    host = call.place.host
    running = call.access.ask(lambda net: net.firewalls.of(host).running)
    words, permanent, status = [], False, 0
    arguments = list(call.argv)
    while arguments:
        name, equals, value = arguments.pop(0).partition("=")
        if name in _TAKES and not equals:
            if not arguments:
                return _usage(call, f"argument {name}: expected one argument")
            value = arguments.pop(0)
        if name == "--permanent":
            permanent = True
        elif name in ("--zone", "--quiet", "-q", "--timeout"):
            if name == "--zone" and value != "public":
                call.err(f"Error: INVALID_ZONE: {value}\n")
                return _INVALID_ZONE
        elif name in _TAKES or name in _ALONE:
            words.append((name, value))
        else:
            return _usage(call, f"unrecognized arguments: {name}")
    if not words:
        call.out(
            "usage: 'firewall-cmd --help' for usage information or see firewall-cmd(1) man page\nNo option specified.\n"
        )
        return _USAGE
    if not running and words[0][0] != "--state":
        call.err("FirewallD is not running\n")
        return _NOT_RUNNING
    for name, value in words:
        status = _do(call, name, value, permanent, running) or status
    return status


def _usage(call: Call, text: str) -> int:
    call.err(f"usage: see firewall-cmd man page\nfirewall-cmd: error: {text}\n")
    return _USAGE


def _do(call: Call, name: str, value: str, permanent: bool, running: bool) -> int:
    host = call.place.host
    if name == "--state":
        call.out("running\n" if running else "not running\n")
        return 0 if running else _NOT_RUNNING
    if name == "--reload" or name == "--complete-reload":
        call.access.apply({"op": "firewall", "host": host, "action": "reload"})
        call.out("success\n")
        return 0
    if name == "--runtime-to-permanent":
        call.access.apply({"op": "firewall", "host": host, "action": "save"})
        call.out("success\n")
        return 0
    if name in ("--list-ports", "--list-all", "--list-rich-rules", "--get-default-zone", "--get-active-zones"):
        return _list(call, name, permanent)
    if name in ("--add-service", "--remove-service", "--add-masquerade"):
        call.out("success\n")  # none of the lab's traffic depends on these
        return 0
    if name in ("--add-rich-rule", "--remove-rich-rule"):
        return _rich_rule(call, name, value, permanent)
    return _port(call, name, value, permanent)


def _list(call: Call, name: str, permanent: bool) -> int:
    host = call.place.host
    ports = call.access.ask(lambda net: [str(port) for port in net.firewalls.open_ports(host, permanent=permanent)])
    rules = call.access.ask(lambda net: list(net.firewalls.of(host).rich))
    if name == "--list-ports":
        call.out(" ".join(ports) + "\n")
    elif name == "--list-rich-rules":
        call.out("".join(rule + "\n" for rule in rules))
    elif name == "--get-default-zone":
        call.out("public\n")
    elif name == "--get-active-zones":
        call.out("public\n  interfaces: eth0\n")
    else:
        call.out(
            f"public{'' if permanent else ' (active)'}\n  target: default\n  icmp-block-inversion: no\n"
            "  interfaces: eth0\n  sources: \n  services: dhcpv6-client ssh\n"
            f"  ports: {' '.join(ports)}\n  protocols: \n  forward: yes\n"
            "  masquerade: no\n  forward-ports: \n  source-ports: \n  icmp-blocks: \n  rich rules: \n"
            + "".join(f"\t{rule}\n" for rule in rules)
        )
    return 0


def _port(call: Call, name: str, value: str, permanent: bool) -> int:
    ports, slash, protocol = value.partition("/")
    if not slash:
        call.err(
            "Error: INVALID_PORT: bad port (most likely missing protocol), correct syntax is portid[-portid]/protocol\n"
        )
        return _INVALID_PORT
    if protocol not in ("tcp", "udp", "sctp", "dccp"):
        call.err(f"Error: INVALID_PROTOCOL: '{protocol}' not in {{'tcp'|'udp'|'sctp'|'dccp'}}\n")
        return _INVALID_PROTOCOL
    first, _, last = ports.partition("-")
    if not first.isdigit() or not (last or first).isdigit() or not 0 < int(first) <= int(last or first) < 65536:
        call.err(f"Error: INVALID_PORT: {ports}\n")
        return _INVALID_PORT
    host = call.place.host
    openings = [Opening(port, protocol) for port in range(int(first), int(last or first) + 1)]
    if name == "--query-port":
        is_open = call.access.ask(
            lambda net: all(net.firewalls.is_open(host, opening, permanent=permanent) for opening in openings)
        )
        call.out("yes\n" if is_open else "no\n")
        return 0 if is_open else 1
    action = "open" if name == "--add-port" else "close"
    changed = False
    for opening in openings:
        op = {"op": "firewall", "host": host, "action": action, "port": opening.port, "protocol": protocol}
        changed = call.access.apply({**op, **({"permanent": True} if permanent else {})})["changed"] or changed
    if not changed:
        if action == "open":
            where = ports + (f"/{protocol}" if permanent else f":{protocol}")
            call.err(f"Warning: ALREADY_ENABLED: {where if permanent else repr(where)}")
            call.err("\n" if permanent else " already in 'public'\n")
        else:
            where = ports + (f"/{protocol}" if permanent else f":{protocol}")
            call.err(f"Warning: NOT_ENABLED: {where if permanent else repr(where)}")
            call.err("\n" if permanent else " not in 'public'\n")
    call.out("success\n")
    return 0


def _rich_rule(call: Call, name: str, value: str, permanent: bool) -> int:
    match = _RICH.match(value.strip())
    if not match:
        call.err(f"Error: INVALID_RULE: this lab knows rules for one port only, such as "
                 f"'rule family=\"ipv4\" port port=\"8080\" protocol=\"tcp\" reject', not {value}\n")  # fmt: skip
        return _INVALID_RULE
    port, protocol, verdict = match.groups()
    action = "add rule" if name == "--add-rich-rule" else "remove rule"
    call.access.apply(
        {
            "op": "firewall", "host": call.place.host, "action": action, "port": int(port), "protocol": protocol,
            "verdict": verdict, "text": value.strip(), "permanent": permanent,
        }
    )  # fmt: skip
    call.out("success\n")
    return 0


_TAKES = ("--add-port", "--remove-port", "--query-port", "--zone", "--add-rich-rule", "--remove-rich-rule",
          "--add-service", "--remove-service", "--timeout")  # fmt: skip
_ALONE = ("--list-ports", "--list-all", "--list-rich-rules", "--state", "--reload", "--complete-reload",
          "--runtime-to-permanent", "--add-masquerade", "--get-default-zone", "--get-active-zones")  # fmt: skip
