"""``firewall-cmd``: firewalld's command, for the ports of a host.

firewalld src/firewall-cmd.in, src/firewall/errors.py (exit codes).  Closing a port of the swarm (2377, 7946, 4789, and
ESP for encrypted networks) has its real consequences; published ports pass a zone, as on real hosts, and are stopped by
a direct rule in DOCKER-USER.
"""

import re

from swarmlab.core.network.fabric import CHAINS, ESP, Path
from swarmlab.core.network.firewall import SWARM_SERVICE, Opening, Settings
from swarmlab.shell.call import Call

_NOT_RUNNING, _USAGE = 252, 2
_INVALID_SERVICE, _INVALID_PORT, _INVALID_PROTOCOL, _INVALID_ZONE, _INVALID_RULE = 101, 102, 103, 112, 122
_RICH = re.compile(
    r'^rule(?:\s+family="?ipv4"?)?(?:\s+source\s+address="?([\d./]+)"?)?'
    r'\s+(?:port\s+port="?(\d+)"?\s+protocol="?(tcp|udp)"?|protocol\s+value="?(esp)"?)\s+(accept|reject|drop)$'
)
_DIRECT = re.compile(
    r"^ipv4\s+filter\s+(\S+)\s+(-?\d+)\s+(?:(-s|-d)\s+([\d./]+)\s+)?-p\s+(tcp|udp|esp|50)"
    r"(?:\s+(?:-m\s+(?:tcp|udp)\s+)?--dport\s+(\d+))?\s+-j\s+(ACCEPT|DROP|REJECT)$"
)
#: The services by whose names learners may try to open something; the ports of one of them matter here.
_SERVICES = (
    "dhcpv6-client", "dns", "docker-registry", SWARM_SERVICE, "ftp", "http", "https", "mysql", "nfs", "ntp",
    "postgresql", "redis", "ssh",
)  # fmt: skip


def firewall_cmd(call: Call) -> int:
    """Open, close and list ports."""
    host = call.place.host
    running = call.access.ask(lambda net: net.firewalls.of(host).running)
    words, permanent, direct = [], False, False
    arguments = list(call.argv)
    while arguments:
        name, equals, value = arguments.pop(0).partition("=")
        if direct and name in ("--add-rule", "--remove-rule", "--query-rule"):
            words.append((name, " ".join(arguments)))
            break
        if name in _TAKES and not equals:
            if not arguments:
                return _usage(call, f"argument {name}: expected one argument")
            value = arguments.pop(0)
        if name in ("--permanent", "--direct"):
            permanent, direct = permanent or name == "--permanent", direct or name == "--direct"
        elif name in ("--zone", "--quiet", "-q", "--timeout"):
            if name == "--zone" and value != "public":
                call.err(f"Error: INVALID_ZONE: {value}\n")
                return _INVALID_ZONE
        elif name in _TAKES or name in _ALONE or (direct and name == "--get-all-rules"):
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
        status = _do(call, name, value, permanent, running)
        if status:
            return status
    if words[-1][0].startswith(("--add-", "--remove-")):
        call.out("success\n")  # once, however many there were
    return 0


def _usage(call: Call, text: str) -> int:
    call.err(f"usage: see firewall-cmd man page\nfirewall-cmd: error: {text}\n")
    return _USAGE


def _do(call: Call, name: str, value: str, permanent: bool, running: bool) -> int:
    if name == "--state":
        call.out("running\n" if running else "not running\n")
        return 0 if running else _NOT_RUNNING
    if name in ("--reload", "--complete-reload", "--runtime-to-permanent"):
        action = "save" if name == "--runtime-to-permanent" else "reload"
        call.access.apply({"op": "firewall", "host": call.place.host, "action": action})
        call.out("success\n")
        return 0
    if name.startswith(("--list", "--get")):
        return _list(call, name, permanent)
    if name == "--add-masquerade":
        return 0  # none of the lab's traffic depends on it
    if name in ("--add-service", "--remove-service", "--query-service"):
        return _service(call, name, value, permanent)
    if name in ("--add-rich-rule", "--remove-rich-rule"):
        return _rich_rule(call, name, value.strip(), permanent)
    if name in ("--add-rule", "--remove-rule", "--query-rule"):
        return _direct_rule(call, name, value, permanent)
    if name.endswith("-protocol"):
        return _protocol(call, name, value, permanent)
    return _port(call, name, value, permanent)


# --- looking --------------------------------------------------------------------------------------------------------


def _settings(call: Call, permanent: bool) -> Settings:
    return call.access.ask(lambda net: net.firewalls.of(call.place.host).settings(permanent))


def _list(call: Call, name: str, permanent: bool) -> int:
    host = call.place.host
    known = call.access.ask(lambda net: net.firewalls.open_ports(host, permanent=permanent))
    ports, protocols = [str(o) for o in known if o.port], [str(o) for o in known if not o.port]
    settings = _settings(call, permanent)
    services = " ".join(sorted(settings.services))
    simple = {
        "--list-ports": " ".join(ports), "--list-protocols": " ".join(protocols), "--list-services": services,
        "--get-default-zone": "public", "--get-active-zones": "public\n  interfaces: eth0",
    }  # fmt: skip
    if name in simple:
        call.out(simple[name] + "\n")
    elif name == "--list-rich-rules":
        call.out("".join(rule + "\n" for rule in settings.rich))
    elif name == "--get-all-rules":
        call.out("".join(rule + "\n" for rule in settings.direct))
    else:
        call.out(
            f"public{'' if permanent else ' (active)'}\n  target: default\n  icmp-block-inversion: no\n"
            f"  interfaces: eth0\n  sources: \n  services: {services}\n"
            f"  ports: {' '.join(ports)}\n  protocols: {' '.join(protocols)}\n  forward: yes\n"
            "  masquerade: no\n  forward-ports: \n  source-ports: \n  icmp-blocks: \n  rich rules: \n"
            + "".join(f"\t{rule}\n" for rule in settings.rich)
        )
    return 0


# --- ports, protocols, services -------------------------------------------------------------------------------------


def _change(call: Call, action: str, permanent: bool, **more: object) -> bool:
    op = {"op": "firewall", "host": call.place.host, "action": action, **more}
    return bool(call.access.apply({**op, **({"permanent": True} if permanent else {})})["changed"])


def _warn(call: Call, added: bool, what: str) -> None:
    """Say that there was nothing to change; that is no error."""
    code, where = ("ALREADY_ENABLED", "already in") if added else ("NOT_ENABLED", "not in")
    call.err(f"Warning: {code}: {what} {where} 'public'\n")


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
    openings = [Opening(port, protocol) for port in range(int(first), int(last or first) + 1)]
    if name == "--query-port":
        return _query(call, openings, permanent)
    added = name == "--add-port"
    changed = False
    for opening in openings:
        changed = _change(call, "open" if added else "close", permanent, **opening._asdict()) or changed
    if not changed:
        _warn(call, added, f"{ports}/{protocol}" if permanent else repr(f"{ports}:{protocol}"))
    return 0


def _query(call: Call, openings: list[Opening], permanent: bool) -> int:
    host = call.place.host
    is_open = call.access.ask(lambda net: all(net.firewalls.is_open(host, o, permanent=permanent) for o in openings))
    call.out("yes\n" if is_open else "no\n")
    return 0 if is_open else 1


def _protocol(call: Call, name: str, value: str, permanent: bool) -> int:
    if value not in (ESP, "ah", "gre", "icmp", "igmp", "sctp", "tcp", "udp", "vrrp"):
        call.err(f"Error: INVALID_PROTOCOL: {value}\n")
        return _INVALID_PROTOCOL
    opening = Opening(0, value)
    if name == "--query-protocol":
        return _query(call, [opening], permanent)
    added = name == "--add-protocol"
    if not _change(call, "open" if added else "close", permanent, **opening._asdict()):
        _warn(call, added, value if permanent else repr(value))
    return 0


def _service(call: Call, name: str, value: str, permanent: bool) -> int:
    if value not in _SERVICES:
        call.err(f"Error: INVALID_SERVICE: '{value}' not among existing services\n")
        return _INVALID_SERVICE
    if name == "--query-service":
        present = value in _settings(call, permanent).services
        call.out("yes\n" if present else "no\n")
        return 0 if present else 1
    added = name == "--add-service"
    if not _change(call, "add service" if added else "remove service", permanent, name=value):
        _warn(call, added, value if permanent else repr(value))
    return 0


# --- rules ----------------------------------------------------------------------------------------------------------


def _rich_rule(call: Call, name: str, text: str, permanent: bool) -> int:
    match = _RICH.match(text)
    if not match:
        call.err(f"Error: INVALID_RULE: this lab knows rules for one port or for ESP only, such as "
                 f"'rule family=\"ipv4\" port port=\"8080\" protocol=\"tcp\" reject', not {text}\n")  # fmt: skip
        return _INVALID_RULE
    source, port, protocol, bare, verdict = match.groups()
    added = name == "--add-rich-rule"
    changed = _change(
        call, "add rule" if added else "remove rule", permanent, text=text, port=int(port or 0),
        protocol=protocol or bare, verdict=verdict, source=source or "",
    )  # fmt: skip
    if not changed:
        _warn(call, added, text if permanent else repr(text))
    return 0


def _direct_rule(call: Call, name: str, text: str, permanent: bool) -> int:
    text = " ".join(text.split())
    match = _DIRECT.match(text)
    if not match or match.group(1) not in CHAINS or (match.group(5) in ("tcp", "udp")) != bool(match.group(6)):
        call.err(f"Error: INVALID_RULE: this lab knows direct rules for one port only, in {', '.join(CHAINS)}, such as "
                 f"'ipv4 filter DOCKER-USER 0 -p tcp --dport 8080 -j DROP', not {text}\n")  # fmt: skip
        return _INVALID_RULE
    chain, _, _, other, protocol, port, target = match.groups()
    if name == "--query-rule":
        present = text in _settings(call, permanent).direct
        call.out("yes\n" if present else "no\n")
        return 0 if present else 1
    added = name == "--add-rule"
    verdict = {"ACCEPT": Path.OPEN, "DROP": Path.LOST, "REJECT": Path.REFUSED}[target]
    changed = _change(
        call, "add direct" if added else "remove direct", permanent, text=text, chain=chain, port=int(port or 0),
        protocol=ESP if protocol == "50" else protocol, verdict=str(verdict), source=other or "",
    )  # fmt: skip
    if not changed:
        code, where = ("ALREADY_ENABLED", "already is in") if added else ("NOT_ENABLED", "is not in")
        call.err(f"Warning: {code}: rule '{text}' {where} 'ipv4:filter:{chain}'\n")
    return 0


_TAKES = (
    *(f"--{verb}-{what}" for verb in ("add", "remove", "query") for what in ("port", "protocol", "service")),
    "--add-rich-rule", "--remove-rich-rule", "--zone", "--timeout",
)  # fmt: skip
_ALONE = (
    "--list-ports", "--list-protocols", "--list-services", "--list-all", "--list-rich-rules", "--state", "--reload",
    "--complete-reload", "--runtime-to-permanent", "--add-masquerade", "--get-default-zone", "--get-active-zones",
)  # fmt: skip
