"""Waiting until a service runs as asked and has done so for the monitor period.

docker/cli: cli/command/service/progress/progress.go, ServiceProgress.
"""

from typing import Any

from swarmlab.cli.api import Engine, Json
from swarmlab.cli.environment import Environment
from swarmlab.cli.errors import CommandError
from swarmlab.cli.progress.display import Display, Quiet, display
from swarmlab.cli.progress.updaters import Updater, updater

_SECOND = 10**9
_POLL = 0.2  # seconds
_MONITOR = 5 * _SECOND


def wait_for_service(env: Environment, engine: Engine, reference: str, quiet: bool) -> None:
    """Show the progress of service `reference` until it has converged.

    Raises CommandError when its update or rollback pauses.  An interrupt ends the waiting only.
    """
    out: Display = Quiet() if quiet else display(env)
    try:
        _Waiter(env, engine, reference, out).run()
    finally:
        out.close()


class _Waiter:
    def __init__(self, env: Environment, engine: Engine, reference: str, out: Display) -> None:
        self._env, self._engine, self._reference, self._out = env, engine, reference, out
        self._updater: Updater | None = None
        self._monitor = _MONITOR
        self._rollback = False
        self._converged = False
        self._converged_at: int | None = None
        self._last_word = ""
        self._said: dict[str, tuple[object, Json]] = {}  # by kind: in which state of the swarm, and what

    def run(self) -> None:
        """Poll until it is over."""
        while not self._poll():
            try:
                self._env.clock.sleep(_POLL)
            except KeyboardInterrupt:
                if not self._converged:
                    self._out.message("", "Operation continuing in background.")
                    self._out.message("", f"Use `docker service ps {self._reference}` to check progress.")
                return

    def _poll(self) -> bool:
        service = self._ask("service", f"/services/{self._reference}", insertDefaults="false")
        self._monitor = (service["Spec"].get("UpdateConfig") or {}).get("Monitor") or self._monitor
        if self._updater is None:
            self._updater = updater(service, self._out)
        status = service.get("UpdateStatus") or {}
        if self._is_over(status.get("State", ""), status.get("Message", "")):
            return True
        now = self._env.clock.now()
        if self._converged and self._converged_at is not None and now - self._converged_at >= self._monitor:
            self._out.progress("verify", f"Service {self._reference} converged")
            if self._last_word:
                self._out.message("rollback", self._last_word)
            return True
        filters = {"service": {service["ID"]: True}, "_up-to-date": {"true": True}}
        tasks = self._ask("task", "/tasks", filters=filters)
        nodes = self._ask("node", "/nodes")
        active = {node["ID"] for node in nodes if (node.get("Status") or {}).get("State") != "down"}
        self._converged = self._updater.update(service, tasks, active, self._rollback)
        return self._verify(service.get("JobStatus") is not None)

    def _ask(self, kind: str, path: str, **params: Any) -> Json:
        """Return what the engine says.  A simulated swarm is not asked again while it would say the same."""
        state = self._env.state(kind)
        if kind not in self._said or self._said[kind][0] != state:
            self._said[kind] = (state, self._engine.get(path, **params))
        return self._said[kind][1]

    def _is_over(self, state: str, message: str) -> bool:
        """Note what the update has come to; say whether there is nothing to wait for."""
        match state:
            case "updating":
                self._rollback = False
            case "completed":
                return not self._converged
            case "paused":
                raise CommandError(f"service update paused: {message}")
            case "rollback_started":
                if not self._rollback and message:
                    self._out.progress("rollback", message)
                self._rollback = True
            case "rollback_paused":
                raise CommandError(f"service rollback paused: {message}")
            case "rollback_completed":
                if not self._converged:
                    self._last_word = message
                self._rollback = True
        return False

    def _verify(self, is_job: bool) -> bool:
        """Count down once all tasks run; a job that has completed needs no watching."""
        if not self._converged:
            if self._converged_at is not None:
                self._out.progress("verify", "Detected task failure")
            self._converged_at = None
            return False
        if is_job:
            self._out.message("", "job complete")
            return True
        now = self._env.clock.now()
        if self._converged_at is None:
            self._converged_at = now
        left = self._monitor - (now - self._converged_at)
        if left >= 0:
            # The original adds one to the seconds left, of which a moment is gone by then: a ceiling.
            seconds = max(-(-left // _SECOND), 1)
            self._out.progress("verify", f"Waiting {seconds} seconds to verify that tasks are stable...")
        return False
