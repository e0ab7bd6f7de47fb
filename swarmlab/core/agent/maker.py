"""Making the container of a task: the end of "prepare", when its image has been pulled or has not.

moby: ``daemon/cluster/executor/container/controller.go``, Prepare.
"""

from operator import is_not

from swarmlab.core.agent import taskcontainer
from swarmlab.core.agent.assigned import Assigned
from swarmlab.core.agent.container import Container, ContainerConfig
from swarmlab.core.agent.engine import Engine


class Maker:
    """Makes the containers of one host's tasks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._made_from: tuple[object, ...] | None = None  # the last task, and what its container was made from
        self._made = ContainerConfig("")

    def make(self, assigned: Assigned) -> Container:
        """Make the container of a task.  Raises SwarmlabError in the engine's words."""
        task = assigned.task
        container = self._engine.create(self._config(assigned), task)
        if task.networks:
            container.places = tuple(taskcontainer.attachments(task, assigned.networks))
            if container.places:
                container.wishes = ()  # none but those
        return container

    def _config(self, assigned: Assigned) -> ContainerConfig:
        """Return what the container of a task is made from: the same thing for each of a row of equal tasks."""
        task, spec = assigned.task, assigned.spec
        first = task.networks[0].network_id if task.networks else ""
        made_from = (task.spec, spec, task.endpoint and task.endpoint.spec, task.generic_resources, first)
        if self._made_from is None or any(map(is_not, made_from, self._made_from)):
            self._made_from, self._made = made_from, taskcontainer.config(task, spec, assigned.networks)
        return self._made
