"""What the exercises of lesson 07 start from: no services, and no overlay networks but ingress."""

from swarmlab.checks import Step
from swarmlab.exercises.stage import CLEAR, MANAGER

CLEAR_NETWORKS = (
    *CLEAR,
    Step(
        MANAGER,
        "for name in $(docker network ls --filter driver=overlay --format '{{.Name}}' | grep -v ingress); "
        "do docker network rm $name; done",
        may_fail=True,
    ),
)

#: A small container to ask from.
UTIL = "busybox:1.36 sleep 1000000"
