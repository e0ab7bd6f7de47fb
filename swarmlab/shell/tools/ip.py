"""``ip`` and ``ifconfig``: interfaces and routes, as busybox shows them in containers and iproute2 on hosts."""

from swarmlab.core.network.links import Link
from swarmlab.shell.call import BUSYBOX, Call, UsageError

_USAGE = (
    "BusyBox v1.37.0 multi-call binary.\n\nUsage: ip [OPTIONS] address|route|link|neigh|rule [ARGS]\n\n"
    "OPTIONS := -f[amily] inet|inet6|link | -o[neline]\n\nip addr add|del IFADDR dev IFACE | show|flush [dev IFACE]"
    " [to PREFIX]\nip route list|flush|add|del|change|append|replace|test ROUTE\n"
)
_GNU_USAGE = (
    "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | neigh | route | rule }\n"
)
_LOOPBACK_FLAGS = "LOOPBACK,UP,LOWER_UP"
_FLAGS = "BROADCAST,MULTICAST,UP,LOWER_UP"


def ip(call: Call) -> int:
    """Show interfaces or routes."""
    oneline = brief = False
    words = list(call.argv)
    family = ""
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option in ("-o", "-oneline"):
            oneline = True
        elif option in ("-4", "-6"):
            family = option
        elif option in ("-br", "-brief") and call.dialect != BUSYBOX:
            brief = True
        elif option not in ("-c", "-d", "-s") or call.dialect == BUSYBOX:
            if call.dialect == BUSYBOX:
                raise UsageError(_USAGE)
            raise UsageError(f'Option "{option}" is unknown, try "ip -help".\n', 255)
    if not words:
        raise UsageError(_USAGE if call.dialect == BUSYBOX else _GNU_USAGE, 1 if call.dialect == BUSYBOX else 255)
    kind, rest = words[0], words[1:]
    if rest and rest[0] in ("add", "del", "change", "replace", "flush", "set"):
        prefix = "ip: " if call.dialect == BUSYBOX else ""
        call.err(f"{prefix}RTNETLINK answers: Operation not permitted\n")
        return 2
    if brief and ("address".startswith(kind) or "link".startswith(kind)):
        return _brief(call, addresses="address".startswith(kind))
    if "neigh".startswith(kind):
        return 0  # who was asked for its address is forgotten at once here
    if "address".startswith(kind):
        return _addresses(call, rest, oneline, family)
    if "link".startswith(kind):
        return _addresses(call, rest, oneline, family, with_addresses=False)
    if "route".startswith(kind):
        return _routes(call)
    if call.dialect == BUSYBOX:
        raise UsageError(_USAGE)
    raise UsageError(f'Object "{kind}" is unknown, try "ip help".\n', 1)


def _addresses(call: Call, rest: list[str], oneline: bool, family: str, *, with_addresses: bool = True) -> int:
    names = [word for word in rest if word not in ("show", "list", "s", "l", "sh", "ls", "dev")]
    links = call.access.ask(lambda net: net.interfaces(call.place))
    if names:
        links = [link for link in links if link.name == names[0]]
        if not links:
            if call.dialect == BUSYBOX:
                return call.fail(f"can't find device '{names[0]}'")
            call.err(f'Device "{names[0]}" does not exist.\n')
            return 1
    for link in links:
        lines = _describe(call, link, with_addresses, family, oneline)
        call.out("".join(line + "\n" for line in lines))
    return 0


def _describe(call: Call, link: Link, with_addresses: bool, family: str, oneline: bool) -> list[str]:
    """Return the lines of one interface; with `oneline`, the address in the compressed form of ``-o``."""
    inet = _inet(link, call.dialect)
    if family == "-6":
        return []
    if oneline and with_addresses:
        head = [] if family == "-4" else [f"{link.number}: {_title(call, link)}"]
        return [*head, f"{link.number}: {link.name:<7}    {inet}\\       valid_lft forever preferred_lft forever"]
    kind = "loopback" if link.kind == "loopback" else "ether"
    broadcast = link.mac if kind == "loopback" else "ff:ff:ff:ff:ff:ff"
    netns = f" link-netnsid {0}" if link.kind == "veth" and call.dialect != BUSYBOX else ""
    layer = f"    link/{kind} {link.mac} brd {broadcast}{netns}"
    title = f"{link.number}: {_title(call, link)}"
    if oneline:
        return [f"{title}\\{layer}"]
    lines = [title] if family == "-4" else [title, layer]
    if with_addresses and link.address:
        lines += [f"    {inet}", "       valid_lft forever preferred_lft forever"]
    return lines


def _title(call: Call, link: Link) -> str:
    name = f"{link.name}@if{link.peer}" if link.peer else link.name
    flags = _LOOPBACK_FLAGS if link.kind == "loopback" else _FLAGS
    if call.dialect == BUSYBOX:
        if link.peer:
            flags += ",M-DOWN"
        queue = "noqueue qlen 1000" if link.kind == "loopback" else "noqueue "
        if link.kind == "ether":
            queue = "fq_codel qlen 1000"
        return f"{name}: <{flags}> mtu {link.mtu} qdisc {queue}"
    state = "UNKNOWN" if link.kind == "loopback" else "UP"
    if link.kind == "bridge" and not link.up:
        flags, state = "NO-CARRIER,BROADCAST,MULTICAST,UP", "DOWN"
    discipline = "fq_codel" if link.kind == "ether" else "noqueue"
    length = "qlen 1000" if link.kind in ("loopback", "ether") else ""
    return f"{name}: <{flags}> mtu {link.mtu} qdisc {discipline} state {state} group default {length}"


def _inet(link: Link, dialect: str) -> str:
    if link.kind == "loopback":
        return f"inet {link.address}/{link.prefix} scope host {link.name}"
    extra = " noprefixroute" if link.kind == "ether" and dialect != BUSYBOX else ""
    return f"inet {link.address}/{link.prefix} brd {link.broadcast} scope global{extra} {link.name}"


def _routes(call: Call) -> int:
    for route in call.access.ask(lambda net: net.routes(call.place)):
        if call.dialect == BUSYBOX:
            if route.via:
                call.out(f"default via {route.via} dev {route.link} \n")
            else:
                call.out(f"{route.destination} dev {route.link} scope link  src {route.source} \n")
        elif route.via:
            call.out(f"default via {route.via} dev {route.link} proto static metric 100 \n")
        else:
            metric = " metric 100" if route.link.startswith("eth") else ""
            call.out(f"{route.destination} dev {route.link} proto kernel scope link src {route.source}{metric} \n")
    return 0


def _brief(call: Call, *, addresses: bool) -> int:
    for link in call.access.ask(lambda net: net.interfaces(call.place)):
        name = f"{link.name}@if{link.peer}" if link.peer else link.name
        state = "UNKNOWN" if link.kind == "loopback" else "UP" if link.up else "DOWN"
        shown = f"{link.address}/{link.prefix}" if addresses else f"{link.mac} <{_FLAGS}>"
        call.out(f"{name:<16} {state:<14} {shown} \n")
    return 0


def route(call: Call) -> int:
    """Show the routing table the old way (busybox, net-tools)."""
    call.out("Kernel IP routing table\n")
    call.out("Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n")
    for each in call.access.ask(lambda net: net.routes(call.place)):
        address, _, prefix = each.destination.partition("/")
        if each.via:
            address, gateway, flags = "0.0.0.0" if "-n" in call.argv else "default", each.via, "UG"
        else:
            gateway, flags = "0.0.0.0" if "-n" in call.argv else "*", "U"
        mask = _mask(int(prefix or 0))
        call.out(f"{address:<15} {gateway:<15} {mask:<15} {flags:<5} 0      0        0 {each.link}\n")
    return 0


def _mask(prefix: int) -> str:
    return ".".join(str((0xFFFFFFFF << (32 - prefix)) >> shift & 255) for shift in (24, 16, 8, 0))


def ifconfig(call: Call) -> int:
    """Show interfaces the old way: busybox', and net-tools' on hosts.  Nobody counts packets here."""
    links = call.access.ask(lambda net: net.interfaces(call.place))
    names = [word for word in call.argv if word != "-a"]
    if names:
        links = [link for link in links if link.name == names[0]]
        if not links:
            return call.fail(f"{names[0]}: error fetching interface information: Device not found")
    for link in sorted(links, key=lambda link: link.name):
        call.out(_net_tools(link) if call.dialect != BUSYBOX else _busybox(link))
    return 0


def _busybox(link: Link) -> str:
    if link.kind == "loopback":
        head = f"{link.name:<10}Link encap:Local Loopback  \n"
        address, flags, queue = f"inet addr:{link.address}  Mask:{_mask(link.prefix)}", "UP LOOPBACK RUNNING", "1000"
    else:
        head = f"{link.name:<10}Link encap:Ethernet  HWaddr {link.mac.upper()}  \n"
        address = f"inet addr:{link.address}  Bcast:{link.broadcast}  Mask:{_mask(link.prefix)}"
        flags, queue = "UP BROADCAST RUNNING MULTICAST", "0"
    lines = [
        address,
        f"{flags}  MTU:{link.mtu}  Metric:1",
        "RX packets:0 errors:0 dropped:0 overruns:0 frame:0",
        "TX packets:0 errors:0 dropped:0 overruns:0 carrier:0",
        f"collisions:0 txqueuelen:{queue} ",
        "RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)",
    ]
    return head + "".join(f"          {line}\n" for line in lines) + "\n"


def _net_tools(link: Link) -> str:
    loopback = link.kind == "loopback"
    flags = "73<UP,LOOPBACK,RUNNING>" if loopback else "4163<UP,BROADCAST,RUNNING,MULTICAST>"
    if not link.up:
        flags = "4099<UP,BROADCAST,MULTICAST>"
    broadcast = "" if loopback else f"  broadcast {link.broadcast}"
    hardware = "loop  txqueuelen 1000  (Local Loopback)"
    if not loopback:
        hardware = f"ether {link.mac}  txqueuelen {1000 if link.kind == 'ether' else 0}  (Ethernet)"
    lines = [
        f"inet {link.address}  netmask {_mask(link.prefix)}{broadcast}",
        hardware,
        "RX packets 0  bytes 0 (0.0 B)",
        "RX errors 0  dropped 0  overruns 0  frame 0",
        "TX packets 0  bytes 0 (0.0 B)",
        "TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0",
    ]
    head = f"{link.name}: flags={flags}  mtu {link.mtu}\n"
    return head + "".join(f"        {line}\n" for line in lines) + "\n"
