"""``date``, ``sleep`` and ``uptime``: the time of the lab, never that of this machine."""

import re
from datetime import UTC, datetime

from swarmlab.core.units import SECOND
from swarmlab.shell.call import BUSYBOX, Call, UsageError

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def moment(ns: int) -> datetime:
    """Return virtual time as a datetime in UTC."""
    return datetime.fromtimestamp(ns / SECOND, UTC)


def date(call: Call) -> int:
    """Print the time."""
    form = "%a %b %e %H:%M:%S %Z %Y"
    for word in call.argv:
        if word.startswith("+"):
            form = word[1:]
        elif word in ("-I", "--iso-8601"):
            form = "%Y-%m-%d"
        elif word in ("-R", "--rfc-email"):
            form = "%a, %d %b %Y %H:%M:%S +0000"
        elif word not in ("-u", "--utc", "--universal"):
            raise UsageError(f"date: invalid date '{word}'\n")
    now = call.access.now
    form = (
        form.replace("%N", f"{now % SECOND:09d}")
        .replace("%s", str(now // SECOND))
        .replace("%e", f"{moment(now).day:2d}")
    )
    call.out(moment(now).strftime(form) + "\n")
    return 0


def sleep(call: Call) -> int:
    """Let time pass."""
    total = 0.0
    if not call.argv:
        if call.dialect == BUSYBOX:
            raise UsageError("BusyBox v1.37.0 multi-call binary.\n\nUsage: sleep [N]...\n")
        raise UsageError("sleep: missing operand\nTry 'sleep --help' for more information.\n")
    for word in call.argv:
        if word in ("inf", "infinity"):
            total += 10_000 * 86400
            continue
        match = re.fullmatch(r"(\d+\.?\d*|\.\d+)([smhd]?)", word)
        if not match:
            if call.dialect == BUSYBOX:
                raise UsageError(f"sleep: invalid number '{word}'\n")
            raise UsageError(f"sleep: invalid time interval ‘{word}’\nTry 'sleep --help' for more information.\n")
        total += float(match.group(1)) * _UNITS[match.group(2)]
    call.sleep(total)
    return 0


def uptime(call: Call) -> int:
    """Print how long the machine has been up: since an hour before the lab began."""
    started = call.access.ask(lambda net: net.started_at) - 3600 * SECOND
    minutes = (call.access.now - started) // SECOND // 60
    up = f"{minutes // 60:2d}:{minutes % 60:02d}" if minutes >= 60 else f"{minutes} min"
    call.out(f" {moment(call.access.now):%H:%M:%S} up {up},  1 user,  load average: 0.00, 0.01, 0.05\n")
    return 0
