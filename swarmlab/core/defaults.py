"""What Swarm does when a spec is silent (SwarmKit ``api/defaults/service.go``)."""

from swarmlab.core.objects import RestartPolicy, ServiceSpec, Task, TaskSpec, UpdateConfig
from swarmlab.core.units import SECOND

RESTART_DELAY = 5 * SECOND
UPDATE_MONITOR = 5 * SECOND
STOP_GRACE_PERIOD = 10 * SECOND

RESTART = RestartPolicy("any", RESTART_DELAY, 0, 0)
UPDATE = UpdateConfig(monitor=UPDATE_MONITOR)


def restart_delay(task: Task) -> int:
    """Return how long a successor of `task` waits before it may start."""
    policy = task.spec.restart
    return RESTART_DELAY if policy is None or policy.delay is None else policy.delay


def restart_condition(task: Task) -> str:
    """Return when `task` gets a successor: none, on-failure or any."""
    return task.spec.restart.condition if task.spec.restart else "any"


def max_attempts(spec: TaskSpec) -> int:
    """Return how often a slot may be filled again; 0 means without limit."""
    return (spec.restart.max_attempts or 0) if spec.restart else 0


def update_config(spec: ServiceSpec, *, rollback: bool = False) -> UpdateConfig:
    """Return the settings of an update (or rollback), defaults filled in."""
    config = (spec.rollback if rollback else spec.update) or UPDATE
    return config if config.monitor is not None else config._replace(monitor=UPDATE_MONITOR)
