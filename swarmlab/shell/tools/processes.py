"""``ps``, ``systemctl`` and ``nc``: what runs, on hosts and in containers."""

from swarmlab.core.agent.processes import Process, processes
from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.trace import NO_ROUTE, REFUSED, Connection
from swarmlab.core.network.world import Place
from swarmlab.core.units import SECOND
from swarmlab.shell.call import BUSYBOX, HOST, Call, UsageError
from swarmlab.shell.tools.clock import moment
from swarmlab.shell.tools.options import Missing, Unknown, parse


def ps(call: Call) -> int:
    """List processes: those of the container, or the engine and the shell on a host."""
    rows = running(call)
    rows.append(Process(rows[-1].pid + 7, "root", "ps" + "".join(f" {word}" for word in call.argv)))
    wide = any(word.lstrip("-") in ("ef", "aux", "axu", "auxw", "e", "A", "a", "ax") for word in call.argv)
    if call.dialect == BUSYBOX:
        call.out("PID   USER     TIME  COMMAND\n")
        call.out("".join(f"{row.pid:5d} {row.user:<8}  0:00 {row.command}\n" for row in rows))
        return 0
    clock = f"{moment(call.access.now):%H:%M}"
    if any("u" in word for word in call.argv if not word.startswith("--")):
        call.out("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n")
        call.out(
            "".join(
                f"{row.user:<8} {row.pid:7d}  0.0  0.1   4588  2012 ?        Ss   {clock}   0:00 {row.command}\n"
                for row in rows
            )
        )
        return 0
    if wide:
        call.out("UID          PID    PPID  C STIME TTY          TIME CMD\n")
        parents = [0 if row.pid == 1 else 1 for row in rows]
        call.out(
            "".join(
                f"{row.user:<8} {row.pid:7d} {parent:7d}  0 {clock} ?        00:00:00 {row.command}\n"
                for row, parent in zip(rows, parents, strict=True)
            )
        )
        return 0
    shown = rows[-2:] if call.place.container_id is None else rows
    call.out("    PID TTY          TIME CMD\n")
    names = [row.command.split()[0].rsplit("/", 1)[-1].rstrip(":") for row in shown]
    lines = (f"{row.pid:7d} pts/0    00:00:00 {name}\n" for row, name in zip(shown, names, strict=True))
    call.out("".join(lines))
    return 0


def running(call: Call) -> list[Process]:
    """Return the processes that run in a place."""
    return call.access.ask(lambda net: _processes(net, call.place))


def _processes(net: DataPlane, place: Place) -> list[Process]:
    container = net.views.container(place)
    if container is not None:
        return processes(container.argv)
    rows = [Process(1, "root", "/usr/lib/systemd/systemd")]
    if net.firewalls.of(place.host).running:
        rows.append(Process(701, "root", "/usr/bin/python3 -s /usr/sbin/firewalld --nofork --nopid"))
    if net.is_up(place.host):
        rows.append(Process(988, "root", "/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock"))
    rows += sorted(Process(c.pid, "root", processes(c.argv)[0].command) for c in net.running_containers(place.host))
    return [*rows, Process(max(row.pid for row in rows) + 400, "root", "-bash")]


def systemctl(call: Call) -> int:
    """Start, stop and look at the services of a host: docker and firewalld."""
    words = [word for word in call.argv if not word.startswith("-")]
    if not words:
        raise UsageError("systemctl: say what to do: start, stop, restart, status or is-active, and a service\n")
    verb, units = words[0], [word.removesuffix(".service") for word in words[1:]]
    if verb in ("daemon-reload",):
        return 0
    if not units:
        raise UsageError("Too few arguments.\n")
    status = 0
    for unit in units:
        if unit not in ("docker", "firewalld"):
            words_for = "could not be found" if verb == "status" else "not found"
            if verb == "status":
                call.err(f"Unit {unit}.service {words_for}.\n")
                status = 4
            else:
                call.err(f"Failed to {verb} {unit}.service: Unit {unit}.service {words_for}.\n")
                status = 5
            continue
        status = _unit(call, verb, unit) or status
    return status


def _is_active(call: Call, unit: str) -> bool:
    host = call.place.host
    if unit == "docker":
        return call.access.ask(lambda net: net.is_up(host))
    return call.access.ask(lambda net: net.firewalls.of(host).running)


def _unit(call: Call, verb: str, unit: str) -> int:
    active = _is_active(call, unit)
    if verb == "is-active":
        call.out("active\n" if active else "inactive\n")
        return 0 if active else 3
    if verb in ("enable", "disable", "is-enabled"):
        if verb == "is-enabled":
            call.out("enabled\n")
        return 0
    if verb == "status":
        name = "Docker Application Container Engine" if unit == "docker" else "firewalld - dynamic firewall daemon"
        state = "active (running)" if active else "inactive (dead)"
        call.out(f"{'●' if active else '○'} {unit}.service - {name}\n")
        call.out(f"     Loaded: loaded (/usr/lib/systemd/system/{unit}.service; enabled; preset: disabled)\n")
        call.out(f"     Active: {state}\n")
        return 0 if active else 3
    if verb not in ("start", "stop", "restart", "reload"):
        call.err(f"Unknown command verb '{verb}'.\n")
        return 1
    for step in {"restart": ("stop", "start"), "reload": ()}.get(verb, (verb,)):
        if _is_active(call, unit) != (step == "start"):
            _switch(call, step, unit)
    return 0


def _switch(call: Call, step: str, unit: str) -> None:
    host = call.place.host
    if unit == "firewalld":
        call.access.apply({"op": "firewall", "host": host, "action": step})
        return
    call.access.apply({"op": "fault", "name": f"{step}_engine", "args": [host]})
    if step == "stop":
        call.err("Stopping 'docker.service', but its triggering units are still active:\ndocker.socket\n")


def nc(call: Call) -> int:
    """Try whether a port answers, ``nc -z HOST PORT``, or send lines as datagrams, ``nc -u HOST PORT``."""
    try:
        options = parse(call.argv, "zvun4", "w")
    except (Unknown, Missing) as error:
        raise UsageError(f"nc: unrecognized option: {error}\n") from None
    if len(options.args) != 2 or not options.args[1].isdigit():
        raise UsageError("Usage: nc [-zvu] [-w SECONDS] HOST PORT\n")
    host, port = options.args[0], int(options.args[1])
    addresses = call.addresses_of(host)
    if not addresses:
        return call.fail(f"bad address '{host}'" if call.dialect == BUSYBOX else f"{host}: Name or service not known")
    connection = call.connect(addresses[0], port, "udp" if options.has("u") else "tcp")
    patience = options.last("w")
    seconds = int(patience) if patience and patience.isdigit() else None
    if options.has("u") and not options.has("z"):
        return _datagrams(call, connection, seconds)
    if seconds and connection.after > seconds * SECOND:
        call.sleep(seconds)
        return call.fail("timed out")
    call.sleep(connection.after / SECOND)
    if connection.is_open:
        if options.has("v"):
            where = (
                f"{host} ({addresses[0]}:{port}) open"
                if call.dialect != HOST
                else f"Connected to {addresses[0]}:{port}."
            )
            call.err(where + "\n")
        return 0
    reasons = {REFUSED: "Connection refused", NO_ROUTE: "No route to host"}
    reason = reasons.get(connection.result, "Connection timed out")
    if call.dialect == HOST:
        return call.fail(f"{reason}.")
    return call.fail(f"{host} ({addresses[0]}:{port}): {reason}") if options.has("v") else 1


def _datagrams(call: Call, connection: Connection, seconds: int | None) -> int:
    """Send each line of the input as a datagram, and print what comes back; UDP knows no connection to be refused.

    Where nothing listens, the kernel there says so, and the next read fails.  Real nc then waits for more until
    somebody presses Ctrl-C; ours ends after the time given with ``-w``, or after a second.
    """
    for line in (call.stdin or "").splitlines():
        if connection.result in (REFUSED, NO_ROUTE):
            call.sleep(connection.after / SECOND)
            return call.fail(f"read: {'Connection refused' if connection.result == REFUSED else 'No route to host'}")
        if connection.is_open:
            call.sleep(connection.after / SECOND)
            call.out(call.send(connection, line))
    call.sleep(seconds or 1)
    return 0
