"""``top``, ``free``, ``df`` and ``mount``: what a container sees of its machine, which is the host's."""

from swarmlab.core.agent.processes import Process
from swarmlab.shell.call import BUSYBOX, Call
from swarmlab.shell.tools.clock import moment
from swarmlab.shell.tools.processes import running

_DISK, _USED = 61_255_492, 9_437_184  # KiB of a host's disk
_SHARED = 65_536
_MOUNT = "rw,relatime,lowerdir=/var/lib/docker/overlay2/l,upperdir=diff,workdir=work"


def top(call: Call) -> int:
    """Show the processes once; there is no screen that could be drawn again and again."""
    rows = [*running(call), Process(running(call)[-1].pid + 7, "root", "top " + " ".join(call.argv))]
    total, used = _memory(call)
    if call.dialect == BUSYBOX:
        call.out(f"Mem: {used}K used, {total - used}K free, 1204K shrd, 38216K buff, 412604K cached\n")
        call.out("CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq\n")
        call.out(f"Load average: 0.00 0.01 0.05 1/{180 + len(rows)} {rows[-1].pid}\n")
        call.out("  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n")
        for row in rows:
            state = "R" if row is rows[-1] else "S"
            parent = 0 if row.pid == 1 else 1
            call.out(f"{row.pid:5d} {parent:5d} {row.user:<8} {state:<4}  4404   0%   0   0% {row.command}\n")
        return 0
    clock = f"{moment(call.access.now):%H:%M:%S}"
    call.out(f"top - {clock} up  1:00,  0 users,  load average: 0.00, 0.01, 0.05\n")
    call.out(f"Tasks: {len(rows):3d} total,   1 running, {len(rows) - 1:3d} sleeping,   0 stopped,   0 zombie\n")
    call.out("%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st\n")
    free, cached = (total - used) / 1024, 440.3
    call.out(
        f"MiB Mem : {total / 1024:8.1f} total, {free:8.1f} free, {used / 1024:8.1f} used, {cached:8.1f} buff/cache\n"
    )
    call.out(f"MiB Swap:      0.0 total,      0.0 free,      0.0 used. {free + cached:8.1f} avail Mem\n\n")
    call.out("    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n")
    for row in rows:
        name = row.command.split()[0].rsplit("/", 1)[-1].rstrip(":")
        state = "R" if row is rows[-1] else "S"
        call.out(f"{row.pid:7d} {row.user:<8}  20   0    4588   2012   1820 {state}   0.0   0.1   0:00.01 {name}\n")
    return 0


def _memory(call: Call) -> tuple[int, int]:
    """Return how much memory the machine has, and how much of it is used, in KiB."""
    total = call.access.ask(lambda net: net.memory(call.place.host)) // 1024
    return total, min(total, 612_344)


def free(call: Call) -> int:
    """Show the machine's memory: a container's own limit is nowhere in it."""
    total, used = _memory(call)
    unit = next((size for flag, size in (("-m", 1024), ("-g", 1024**2)) if flag in call.argv), 1)
    human = "-h" in call.argv
    cached = 450_820

    def shown(kib: int) -> str:
        if human:
            return f"{kib / 1024**2:.1f}Gi" if kib >= 1024**2 else f"{kib / 1024:.0f}Mi"
        return str(kib // unit)

    cells = (total, used, total - used - cached, 1204, cached, total - used)
    call.out("               total        used        free      shared  buff/cache   available\n")
    call.out(f"Mem:    {' '.join(f'{shown(cell):>11}' for cell in cells)}\n")
    call.out(f"Swap:   {' '.join(f'{shown(0):>11}' for _ in range(3))}\n")
    return 0


def df(call: Call) -> int:
    """Show the disk under a container's file system: the host's."""
    human = any("h" in word for word in call.argv if word.startswith("-"))
    used_up = _DISK if call.access.ask(lambda net: net.is_full(call.place.host)) else _USED
    rows = [("overlay" if call.place.container_id else "/dev/vda1", _DISK, used_up, "/")]
    rows.append(("tmpfs", _SHARED, 0, "/dev"))
    total, _ = _memory(call)
    rows += [("tmpfs", total // 2, 4, path) for path in _mounted(call) if path.startswith("/run/secrets")]
    size = "Size" if human else "1K-blocks"
    width = 10 if human else 12
    if call.dialect == BUSYBOX:
        call.out(f"Filesystem           {size:>10} {'Used':>9} Available Use% Mounted on\n")
    else:
        call.out(f"Filesystem     {size:>{width}} {'Used':>8} {'Avail' if human else 'Available':>9} Use% Mounted on\n")
    for name, blocks, used, path in rows:
        cells = [_human(kib) if human else str(kib) for kib in (blocks, used, blocks - used)]
        share = f"{-(-used * 100 // blocks)}%"
        if call.dialect == BUSYBOX:
            call.out(f"{name:<20} {cells[0]:>10} {cells[1]:>9} {cells[2]:>9} {share:>4} {path}\n")
        else:
            call.out(f"{name:<14} {cells[0]:>{width}} {cells[1]:>8} {cells[2]:>9} {share:>4} {path}\n")
    return 0


def _human(kib: int) -> str:
    for unit in ("K", "M"):
        if kib < 1024:
            return f"{kib:.1f}{unit}" if kib else "0"
        kib = round(kib / 1024, 1)  # type: ignore[assignment]
    return f"{kib:.1f}G"


def _mounted(call: Call) -> list[str]:
    """Return the paths of files that were mounted one by one: secrets and configs."""
    return sorted(call.access.ask(lambda net: net.mounted(call.place)))


def mount(call: Call) -> int:
    """Show what is mounted."""
    if call.argv:
        return call.fail("permission denied (are you root?)" if call.dialect == BUSYBOX else "permission denied.")
    first = f"overlay on / type overlay ({_MOUNT})" if call.place.container_id else "/dev/vda1 on / type ext4 (rw)"
    lines = [first, "proc on /proc type proc (rw,nosuid,nodev,noexec,relatime)"]
    lines.append("tmpfs on /dev type tmpfs (rw,nosuid,size=65536k,mode=755)")
    if call.place.container_id:
        lines += [f"/dev/vda1 on /etc/{name} type ext4 (rw)" for name in ("resolv.conf", "hostname", "hosts")]
    lines += [f"tmpfs on {path} type tmpfs (ro,relatime)" for path in _mounted(call)]
    call.out("".join(line + "\n" for line in lines))
    return 0
