"""``netstat``, ``ss`` and ``telnet``: who listens, and whether a port answers."""

from swarmlab.core.network.listening import Socket, listening
from swarmlab.core.network.trace import NO_ROUTE, REFUSED, UNREACHABLE
from swarmlab.core.units import SECOND
from swarmlab.shell.call import BUSYBOX, Call, UsageError

_REASONS = {REFUSED: "Connection refused", NO_ROUTE: "No route to host", UNREACHABLE: "Network is unreachable"}


def _wanted(call: Call) -> list[Socket]:
    """Return the sockets that the letters of the options ask for: t, u, or both."""
    letters = "".join(word.lstrip("-") for word in call.argv if word.startswith("-") and not word.startswith("--"))
    found = call.access.ask(lambda net: listening(net, call.place))
    protocols = [name for letter, name in (("t", "tcp"), ("u", "udp")) if letter in letters] or ["tcp", "udp"]
    return [socket for socket in found if socket.protocol in protocols] if set("la") & set(letters) else []


def _shows_programs(call: Call) -> bool:
    return any(word.startswith("-") and not word.startswith("--") and "p" in word for word in call.argv)


def netstat(call: Call) -> int:
    """Show listening sockets, as busybox and net-tools do.  Connections are over before anybody could see them."""
    programs = _shows_programs(call)
    only = any("l" in word for word in call.argv)
    call.out(f"Active Internet connections ({'only servers' if only else 'w/o servers'})\n")
    title = "Proto Recv-Q Send-Q Local Address           Foreign Address         State      "
    call.out(title + (" PID/Program name    " if programs else "") + "\n")
    for socket in _wanted(call):
        open_, any_ = f"{socket.address or '0.0.0.0'}:{socket.port}", "0.0.0.0:*"
        state = "LISTEN" if socket.protocol == "tcp" else ""
        owner = f" {_owner(socket)}" if programs else ""
        call.out(f"{socket.protocol:<5} {0:6d} {0:6d} {open_:<23} {any_:<23} {state:<11}{owner}".rstrip() + "\n")
    return 0


def _owner(socket: Socket) -> str:
    if not socket.program:
        return "-"
    return f"{ {'sshd': 702, 'dockerd': 988}.get(socket.program, 1) }/{socket.program}"


def ss(call: Call) -> int:
    """Show listening sockets, as iproute2 does."""
    programs = _shows_programs(call)
    call.out("Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n")
    for socket in _wanted(call):
        state = "LISTEN" if socket.protocol == "tcp" else "UNCONN"
        queue = 4096 if socket.protocol == "tcp" else 0
        address = socket.address or ("*" if socket.program == "dockerd" else "0.0.0.0")
        users = f'users:(("{socket.program}",pid=988,fd=23))' if programs and socket.program else ""
        peer = f"{'*' if address == '*' else '0.0.0.0'}:*"
        local = f"{address:>13}:{socket.port:<5}"
        call.out(f"{socket.protocol:<5} {state:<6} {0:<6} {queue:<6} {local} {peer:>17} {users}".rstrip() + "\n")
    return 0


def telnet(call: Call) -> int:
    """Connect to a port, and say whether it answers."""
    words = [word for word in call.argv if not word.startswith("-")]
    if not words or len(words) > 2 or not (len(words) == 1 or words[1].isdigit()):
        raise UsageError("Usage: telnet HOST [PORT]\n")
    host, port = words[0], int(words[1]) if len(words) > 1 else 23
    addresses = call.addresses_of(host)
    if not addresses:
        return call.fail(f"bad address '{host}'")
    connection = call.connect(addresses[0], port)
    call.sleep(connection.after / SECOND)
    if not connection.is_open:
        reason = _REASONS.get(connection.result, "Connection timed out")
        if call.dialect == BUSYBOX:
            return call.fail(f"can't connect to remote host ({addresses[0]}): {reason}")
        call.err(f"Trying {addresses[0]}...\ntelnet: Unable to connect to remote host: {reason}\n")
        return 1
    call.out(f"Connected to {host}\n\nEntering character mode\nEscape character is '^]'.\n\n")
    call.err("Connection closed by foreign host\n")
    return 1
