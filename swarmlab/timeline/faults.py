"""``lab.faults``: what can be broken and mended in a lab, each an input that is recorded.

What a fault does is in `core.faults`; here is only its name and its arguments.
"""

from collections.abc import Sequence
from typing import Any

from swarmlab.timeline.session import Session


class Faults:
    """The faults of a lab.  Each is recorded, and so replayed and rewound like any other input."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def _do(self, name: str, *args: Any, **options: Any) -> None:
        self._session.apply(
            {"op": "fault", "name": name, "args": list(args), **({"options": options} if options else {})}
        )
        self._session.mark()

    def stop(self, host: str) -> None:
        """Cut a host's power."""
        self._do("stop", host)

    def start(self, host: str) -> None:
        """Switch a host on again."""
        self._do("start", host)

    def stop_engine(self, host: str) -> None:
        """Stop a host's engine, as ``systemctl stop docker`` does."""
        self._do("stop_engine", host)

    def start_engine(self, host: str) -> None:
        """Start a host's engine again."""
        self._do("start_engine", host)

    def cut(self, host: str) -> None:
        """Pull a host's network cable."""
        self._do("cut", host)

    def mend(self, host: str) -> None:
        """Put a host's cable back, and end partitions."""
        self._do("mend", host)

    def partition(self, hosts: set[str] | Sequence[str]) -> None:
        """Separate these hosts from all others."""
        self._do("partition", sorted(hosts))

    def kill(self, task: str) -> None:
        """Kill the container of a task, given by its id, its container's name, or the beginning of either."""
        self._do("kill", task)

    def hang(self, task: str) -> None:
        """Let the process of a task's container hang: it runs, takes connections, and answers nobody."""
        self._do("hang", task)

    def fail_check(self, task: str) -> None:
        """Let the health check of a task's container fail from now on."""
        self._do("fail_check", task)

    def recover(self, task: str) -> None:
        """Let a container that hangs, or whose health check was made to fail, be itself again."""
        self._do("recover", task)

    def block(self, host: str, port: int, protocol: str = "tcp", *, drop: bool = False, direction: str = "in") -> None:
        """Close a port in a host's firewall for what comes "in" or goes "out", or one that is "published".

        `protocol`: tcp, udp, or esp (port 50).  With `drop` nobody is told; else who knocks hears "no route to host".
        """
        options: dict[str, Any] = {"drop": True} if drop else {}
        options |= {"direction": direction} if direction != "in" else {}
        self._do("block", host, port, protocol, **options)

    def unblock(self, host: str, port: int, protocol: str = "tcp") -> None:
        """Open a port in a host's firewall."""
        self._do("unblock", host, port, protocol)

    def out_of_memory(self, task: str) -> None:
        """Let the kernel kill a task's container because the memory is used up."""
        self._do("out_of_memory", task)

    def resize(self, host: str, *, cpus: float | None = None, memory_mib: int | None = None) -> None:
        """Give a host's machine other resources; the swarm hears of them within 20 seconds."""
        given = {"cpus": cpus, "memory_mib": memory_mib}
        self._do("resize", host, **{name: amount for name, amount in given.items() if amount is not None})

    def fill_disk(self, host: str) -> None:
        """Fill a host's disk: there is no room for another image."""
        self._do("fill_disk", host)

    def free_disk(self, host: str) -> None:
        """Make room on a host's disk again."""
        self._do("free_disk", host)

    def slow_registry(self, factor: int = 10) -> None:
        """Let every pull from now on take `factor` times as long."""
        self._do("slow_registry", factor)

    def fail_registry(self) -> None:
        """Let the registry refuse every pull; images that are on a host are used as before."""
        self._do("fail_registry")

    def mend_registry(self) -> None:
        """Let the registry be quick and well again."""
        self._do("mend_registry")
