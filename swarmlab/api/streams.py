"""Small bodies that are made as time passes: waiting for a container's end, its statistics.

moby: ``daemon/server/router/container/container_routes.go``, ``daemon/stats.go``.
"""

from typing import TYPE_CHECKING

from swarmlab.api.convert.basics import Json
from swarmlab.api.gojson import dumps
from swarmlab.core.agent.container import Container
from swarmlab.core.host import Host
from swarmlab.core.units import MIB, SECOND, rfc3339

if TYPE_CHECKING:
    from swarmlab.api.app import App


class OneWay:
    """The client's half of a stream that expects nothing from its client."""

    def write(self, data: bytes) -> None:
        """Nothing is expected from the client."""

    def close_write(self) -> None:
        """Nothing is expected from the client."""

    def close(self) -> None:
        """The client has gone."""


class WaitStream(OneWay):
    """The exit code of a container, once `condition` (not-running, next-exit, removed) holds."""

    def __init__(self, app: "App", container: Container, condition: str, *, modern: bool) -> None:
        self._app = app
        self._container = container
        self._condition = condition
        self._modern = modern
        # The end to wait for: of the present life, or of the next one.
        self._epoch = container.epoch + (1 if container.is_running else 2)
        self._over = False

    def read(self) -> bytes | None:
        """Return the answer when it is known."""
        if self._over or self._app.closed:
            return None
        self._app.poll()
        container = self._container
        if self._condition == "removed":
            met = container.gone
        elif self._condition == "next-exit":
            met = container.gone or container.epoch >= self._epoch
        else:
            met = not container.is_running
        if not met:
            return b""
        self._over = True
        code = {"StatusCode": container.exit_code}
        return dumps(code if self._modern else {"Error": None, **code})


class StatsStream(OneWay):
    """One line of statistics for each second that passes, while the container exists."""

    def __init__(self, app: "App", host: Host, container: Container) -> None:
        self._app = app
        self._host = host
        self._container = container
        self._next = 0

    def read(self) -> bytes | None:
        """Return a line if a second has passed."""
        if self._app.closed or self._container.gone:
            return None
        now = self._app.simulation.now
        if now < self._next:
            return b""
        self._next = now + SECOND
        return dumps(stats_json(self._host, self._container, now))


def stats_json(host: Host, container: Container, now: int) -> Json:
    """Return what a container uses.

    Simplified: programs are not run, so a running one takes a fixed bit of memory and no time.
    """
    running = container.is_running
    cpu = {
        "cpu_usage": {"total_usage": 0, "usage_in_kernelmode": 0, "usage_in_usermode": 0},
        "system_cpu_usage": host.nano_cpus // SECOND * now if running else 0,
        "online_cpus": host.nano_cpus // SECOND if running else 0,
        "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
    }
    limit = container.config.limits.memory_bytes or host.memory_bytes
    json: Json = {
        "name": f"/{container.name}",
        "id": container.id,
        "read": rfc3339(now),
        "preread": rfc3339(max(now - SECOND, 0)),
        "pids_stats": {"current": 1, "limit": 18446744073709551615} if running else {},
        "blkio_stats": dict.fromkeys(
            (
                "io_service_bytes_recursive",
                "io_serviced_recursive",
                "io_queue_recursive",
                "io_service_time_recursive",
                "io_wait_time_recursive",
                "io_merged_recursive",
                "io_time_recursive",
                "sectors_recursive",
            )
        ),
        "num_procs": 0,
        "storage_stats": {},
        "cpu_stats": cpu,
        "precpu_stats": cpu,
        "memory_stats": {"usage": 6 * MIB, "stats": {}, "limit": limit} if running else {},
    }
    if running and container.interfaces:
        counters = ("rx_bytes", "rx_packets", "rx_errors", "rx_dropped",
                    "tx_bytes", "tx_packets", "tx_errors", "tx_dropped")  # fmt: skip
        json["networks"] = {interface.name: dict.fromkeys(counters, 0) for interface in container.interfaces}
    return json
