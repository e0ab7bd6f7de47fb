"""``ping``: busybox' in containers, iputils' on hosts.

Real ping goes on until somebody presses Ctrl-C.  Without ``-c`` ours does so itself after ten packets, because
virtual time would run away with it.
"""

from dataclasses import dataclass, field

from swarmlab.core.network.trace import NO_ROUTE, OK, UNREACHABLE
from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.shell.call import HOST, Call, UsageError
from swarmlab.shell.ports import Cancelled
from swarmlab.shell.tools.options import Missing, Options, Unknown, parse

ENDLESS = 10  # packets


@dataclass
class Session:
    """One run of ping."""

    call: Call
    name: str
    address: str
    count: int | None
    interval: float
    wait: float  # seconds for the last answer
    deadline: float | None
    quiet: bool
    size: int
    numeric: bool = False
    times: list[int] = field(default_factory=list)
    sent: int = 0
    errors: int = 0
    started: int = 0

    @property
    def lost(self) -> int:
        """Lost packets in percent."""
        return (self.sent - len(self.times)) * 100 // self.sent if self.sent else 0


def ping(call: Call) -> int:
    """Send echo requests."""
    gnu = call.dialect == HOST
    try:
        options = parse(call.argv, "qnv46AD", "cWwisItIM")
    except (Unknown, Missing) as error:
        if gnu:
            raise UsageError(
                f"ping: invalid option -- '{error}'\n\nUsage\n  ping [options] <destination>\n", 2
            ) from None
        raise UsageError(f"ping: unrecognized option: {error}\nUsage: ping [OPTIONS] HOST\n") from None
    if not options.args:
        if gnu:
            raise UsageError("ping: usage error: Destination address required\n", 1)
        raise UsageError("Usage: ping [OPTIONS] HOST\n")
    name = options.args[-1]
    addresses = call.addresses_of(name)
    if not addresses:
        return call.fail(f"{name}: Name or service not known", 2) if gnu else call.fail(f"bad address '{name}'")
    count = options.last("c")
    session = Session(
        call,
        name,
        addresses[0],
        count=_number(call, options, "c", gnu) if count is not None else None,
        interval=float(_number(call, options, "i", gnu, 1) or 1),
        wait=float(_number(call, options, "W", gnu, 10) or 10),
        deadline=float(_number(call, options, "w", gnu) or 0) or None,
        quiet=options.has("q"),
        size=_number(call, options, "s", gnu, 56) or 0,
        numeric=options.has("n"),
        started=call.access.now,
    )
    summary = _iputils_summary if gnu else _busybox_summary
    try:
        status = _iputils(session) if gnu else _busybox(session)
    except Cancelled:  # it sums up even then
        summary(session)
        raise
    if status is not None:
        return status
    if session.count is None:
        call.out("^C\n")
    summary(session)
    return 0 if session.times else 1


def _number(call: Call, options: Options, letter: str, gnu: bool, default: int | None = None) -> int | None:
    text = options.last(letter)
    if text is None:
        return default
    try:
        return max(0, round(float(text)))
    except ValueError:
        if gnu:
            raise UsageError(f"ping: invalid argument: '{text}'\n", 1) from None
        raise UsageError(f"ping: invalid number '{text}'\n") from None


def _turns(session: Session) -> int:
    return session.count if session.count else ENDLESS


def _over(session: Session) -> bool:
    if session.deadline is None:
        return False
    return (session.call.access.now - session.started) / SECOND >= session.deadline


def _echo(session: Session, last: bool) -> tuple[str, int, int]:
    """Send one request, wait as ping does, and return (result, time there and back, time to live)."""
    call = session.call
    pong = call.access.ask(lambda net: net.ping(call.place, session.address))
    session.sent += 1
    if pong.result == OK:
        session.times.append(pong.after)
    return pong.result, pong.after, pong.ttl


def _busybox(session: Session) -> int | None:
    """Return a status if it cannot go on, None if it has done what it was to do."""
    call = session.call
    call.out(f"PING {session.name} ({session.address}): {session.size} data bytes\n")
    for turn in range(_turns(session)):
        last = turn == _turns(session) - 1
        result, after, ttl = _echo(session, last)
        if result == UNREACHABLE:
            return call.fail("sendto: Network is unreachable")
        if result == OK:
            call.sleep(after / SECOND)
            if not session.quiet:
                text = f"{session.size + 8} bytes from {session.address}: seq={turn} ttl={ttl} time={_ms(after)} ms\n"
                call.out(text)
            if not last:
                call.sleep(session.interval - after / SECOND)
        else:
            call.sleep(session.wait if last else session.interval)
        if _over(session):
            break
    return None


def _busybox_summary(session: Session) -> None:
    call, received = session.call, len(session.times)
    call.out(f"\n--- {session.name} ping statistics ---\n")
    call.out(f"{session.sent} packets transmitted, {received} packets received, {session.lost}% packet loss\n")
    if received:
        low, mean, high = min(session.times), sum(session.times) // received, max(session.times)
        call.out(f"round-trip min/avg/max = {_ms(low)}/{_ms(mean)}/{_ms(high)} ms\n")


def _iputils(session: Session) -> int | None:
    """Return a status if it cannot go on, None if it has done what it was to do."""
    call = session.call
    call.out(f"PING {session.name} ({session.address}) {session.size}({session.size + 28}) bytes of data.\n")
    links = call.access.ask(lambda net: [k for k in net.interfaces(call.place) if k.address and k.kind != "loopback"])
    source = next((k.address for k in links if k.reaches(session.address)), links[0].address if links else "")
    numeric = session.name == session.address or session.numeric
    reverse = "" if numeric else call.name_of(session.address)
    who = f"{reverse} ({session.address})" if reverse else session.address
    for turn in range(_turns(session)):
        last = turn == _turns(session) - 1
        result, after, ttl = _echo(session, last)
        number = turn + 1
        if result == UNREACHABLE:
            return call.fail("connect: Network is unreachable", 2)
        if result == OK:
            call.sleep(after / SECOND)
            if not session.quiet:
                size = session.size + 8
                call.out(f"{size} bytes from {who}: icmp_seq={number} ttl={ttl} time={_short(after)} ms\n")
            if not last:
                call.sleep(session.interval - after / SECOND)
        elif result == NO_ROUTE:
            session.errors += 1
            call.out(f"From {source} icmp_seq={number} Destination Host Unreachable\n")
            call.sleep(session.interval)
        else:
            call.sleep(session.wait if last else session.interval)
        if _over(session):
            break
    return None


def _iputils_summary(session: Session) -> None:
    call, received = session.call, len(session.times)
    errors = f", +{session.errors} errors" if session.errors else ""
    took = (call.access.now - session.started) // MILLISECOND
    call.out(f"\n--- {session.name} ping statistics ---\n")
    call.out(
        f"{session.sent} packets transmitted, {received} received{errors}, {session.lost}% packet loss, time {took}ms\n"
    )
    if received:
        low, mean, high = min(session.times), sum(session.times) // received, max(session.times)
        spread = sum(abs(time - mean) for time in session.times) // received
        call.out(f"rtt min/avg/max/mdev = {_ms(low)}/{_ms(mean)}/{_ms(high)}/{_ms(spread)} ms\n")
    else:
        call.out("\n")


def _ms(ns: int) -> str:
    return f"{ns / MILLISECOND:.3f}"


def _short(ns: int) -> str:
    """iputils shows three significant digits."""
    value = ns / MILLISECOND
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"
