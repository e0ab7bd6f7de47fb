"""Health checks: run a command in a container from time to time, and judge the container by how that ends.

    starting ──a check passes──► healthy ◄──a check passes── unhealthy
        └────── `retries` checks fail in a row ──────────────────▲
                (those begun in the start period do not count while it is starting)

A check is an exec like any other, so it shows in ``docker events``; whether it passes is asked of
`network.probes`.  moby: ``daemon/health.go``.
"""

from typing import TYPE_CHECKING, NamedTuple

from swarmlab.core.agent import images, runc
from swarmlab.core.agent.container import Container, ContainerConfig, Exec, Health, HealthResult
from swarmlab.core.agent.images import Image
from swarmlab.core.network.probes import Probe, Probed
from swarmlab.core.objects import Healthcheck
from swarmlab.core.units import SECOND, duration_text

if TYPE_CHECKING:
    from swarmlab.core.agent.engine import Engine

#: What is not set in a check (health.go: defaultProbeInterval and those after it).
DEFAULTS = Healthcheck(interval=30 * SECOND, timeout=30 * SECOND, start_period=0, start_interval=5 * SECOND, retries=3)
MOST_RESULTS = 5  # health.go: maxLogEntries
MOST_OUTPUT = 4096  # health.go: maxOutputLen
STARTING, HEALTHY, UNHEALTHY = "starting", "healthy", "unhealthy"


class ProbeDue(NamedTuple):
    """Time for the next check, by the monitor with this number."""

    container_id: str
    monitor: int


class HealthChanged(NamedTuple):
    """To the agent: a task's container is healthy or unhealthy from now on."""

    task_id: str
    status: str


def merged(config: ContainerConfig, image: Image) -> Healthcheck | None:
    """Return the check of a container to be: what is asked for, the rest from its image.  None: there is none.

    moby: ``daemon/commit.go``, function merge.
    """
    own = image.healthcheck
    if config.healthcheck is None or own is None:
        return config.healthcheck or own
    return _completed(config.healthcheck, own)


def _completed(given: Healthcheck, others: Healthcheck) -> Healthcheck:
    """Return `given`, with what it leaves open as in `others`."""
    return Healthcheck(
        given.test or others.test,
        given.interval or others.interval,
        given.timeout or others.timeout,
        given.start_period or others.start_period,
        given.start_interval or others.start_interval,
        given.retries or others.retries,
    )


def settings(container: Container) -> Healthcheck | None:
    """Return a container's check with all defaults filled in, None if nothing is to be checked."""
    check = container.config.healthcheck
    if check is None or check.test[:1] not in (("CMD",), ("CMD-SHELL",)):
        return None
    return _completed(check, DEFAULTS)


class Monitors:
    """Runs the checks of one engine's containers."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine

    def open(self, container: Container, *, anew: bool) -> None:
        """Begin to check a container that runs.  `anew`: it has just been started, its past does not count."""
        if settings(container) is None:
            return
        if not container.health.monitor:
            container.health = Health()
        health = container.health
        if anew:
            health.status, health.streak = STARTING, 0
        health.monitor += 1
        self._next(container)

    def close(self, container: Container) -> None:
        """Stop checking: the process has ended or is frozen.  What is not checked counts as unhealthy."""
        health = container.health
        if health.status:
            health.monitor += 1
            self._engine.execs.drop(health.probe)
            health.probe = ""
            health.status = UNHEALTHY  # container/health.go: CloseMonitorChannel

    def _next(self, container: Container) -> None:
        """Put the next check on the queue."""
        engine, check, health = self._engine, settings(container), container.health
        assert check is not None
        in_start_period = engine.queue.now - container.started_at < check.start_period
        quicker = engine.profile.start_interval and in_start_period and health.status == STARTING
        health.due_at = engine.queue.now + (check.start_interval if quicker else check.interval)
        due = ProbeDue(container.id, health.monitor)
        engine.queue.at(health.due_at, engine.address, due, background=self._is_settled(container))

    def _is_settled(self, container: Container) -> bool:
        """Whether the next check is expected to change nothing, so that nobody needs to wait for it."""
        health = container.health
        return health.status != STARTING and not health.touched and bool(health.streak) == (health.status == UNHEALTHY)

    def receive(self, payload: object) -> None:
        """Take an event that is about a check."""
        if not isinstance(payload, ProbeDue | Probed):
            return
        container = self._engine.containers.get(payload.container_id)
        if container is None or not container.health.status:
            return
        if isinstance(payload, ProbeDue):
            if container.health.monitor == payload.monitor:
                self._begin(container)
        elif container.health.probe == payload.exec_id:
            self._end(container, payload.exit_code, payload.output)

    def touch(self, container: Container) -> None:
        """Whoever waits for quiet waits for the next check of this container too (see `Engine.touch`)."""
        if container.health.status and not container.health.touched:
            container.health.touched = True
            self._engine.queue.at(container.health.due_at + 1, self._engine.address, None)  # after that check began

    def _begin(self, container: Container) -> None:
        engine, check, health = self._engine, settings(container), container.health
        assert check is not None
        image = images.find(container.image_id)
        argv = check.test[1:] if check.test[0] == "CMD" else ("/bin/sh", "-c", *check.test[1:])
        health.began_at = engine.queue.now
        if not argv:
            self._end(container, -1, f"healthcheck for container {container.id} has no command")
            return
        process = engine.execs.create(container, Exec("", container.id, argv))
        engine.execs.start(process)
        health.probe = process.id
        refusal = runc.exec_refusal(container, image, argv[0])
        if refusal:  # starting it fails, which is no result of the check itself
            engine.execs.end(process, refusal.exit_code)
            self._end(container, -1, refusal.text)
            return
        background = self._is_settled(container)
        if container.check_fails:
            argv = ("/bin/false",)  # a fault: whatever the check asks, it does not pass
        env = (*(image.env if image else ()), *container.config.env, f"HOSTNAME={container.hostname}")
        probe = Probe(engine.host, container.id, process.id, argv, env, check.timeout, background)
        engine.queue.after(0, "probes", probe, background=background)

    def _end(self, container: Container, exit_code: int | None, output: str) -> None:
        """A check has ended: note what came of it, and plan the next one."""
        engine, check, health = self._engine, settings(container), container.health
        assert check is not None
        if exit_code is None:
            exit_code, output = -1, f"Health check exceeded timeout ({duration_text(check.timeout)})"
        process = engine.execs.drop(health.probe)
        if process is not None:
            engine.execs.end(process, exit_code if exit_code >= 0 else 137)
        health.probe, health.touched = "", False
        if len(output) > MOST_OUTPUT:
            output = output[:MOST_OUTPUT] + "..."
        result = HealthResult(health.began_at, engine.queue.now, exit_code, output)
        health.log = [*health.log[1 - MOST_RESULTS :], result]
        before = health.status
        if exit_code == 0:
            health.status, health.streak = HEALTHY, 0
        elif health.status != STARTING or health.began_at - container.started_at >= check.start_period:
            health.streak += 1
            if health.streak >= check.retries:
                health.status = UNHEALTHY
        if health.status != before:
            engine.container_event(container, f"health_status: {health.status}")
            if container.task_id:
                changed = HealthChanged(container.task_id, health.status)
                engine.queue.after(0, f"agent/{engine.host}", changed)
        self._next(container)
