"""What the exercises of lesson 01 start from: no `web-server`, or one with a single running task."""

from swarmlab.checks import Step, service
from swarmlab.exercises.stage import MANAGER

WEB = service("web-server")

#: A service of that name may be left from an earlier exercise, or from the learner's own trials.
NO_SERVICE = (Step(MANAGER, "docker service rm web-server", may_fail=True),)
ONE_TASK = (*NO_SERVICE, Step(MANAGER, "docker service create --name web-server httpd:2.4"))
