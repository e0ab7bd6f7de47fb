"""Processes that were started in running containers beside their own (``docker exec``, health checks).

moby: ``daemon/exec.go``.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from swarmlab.core.agent.container import Container, ContainerState, Exec
from swarmlab.errors import Conflict, InvalidArgument

if TYPE_CHECKING:
    from swarmlab.core.agent.engine import Engine


class Execs:
    """Those of one engine.  What they do is not known here: whoever runs them says when one has ended."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._by_id: dict[str, Exec] = {}

    def get(self, exec_id: str) -> Exec | None:
        """Return the process with this id, None if there is none."""
        return self._by_id.get(exec_id)

    def all(self) -> Iterable[Exec]:
        """All of them, those that have ended too, oldest first."""
        return self._by_id.values()

    def running(self, container: Container) -> list[Exec]:
        """Return those that run in a container."""
        return [process for process in self._by_id.values() if process.container_id == container.id and process.running]

    def create(self, container: Container, wanted: Exec) -> Exec:
        """Prepare a process in a running container.

        Raises Conflict when the container does not run, InvalidArgument without a command.
        """
        if not container.is_running:
            raise Conflict(f"container {container.id} is not running")
        if container.state is ContainerState.PAUSED:
            raise Conflict(f"Container {container.name} is paused, unpause the container before exec")
        if not wanted.argv:
            raise InvalidArgument("No exec command specified")
        made = replace(wanted, id=self._engine.ids.hex(), container_id=container.id)
        self._by_id[made.id] = made
        self._engine.container_event(container, f"exec_create: {' '.join(made.argv)}", {"execID": made.id})
        return made

    def start(self, process: Exec) -> None:
        """The process runs now.  Raises Conflict when it has run before."""
        if process.started:
            raise Conflict(f"exec command {process.id} has already run")
        process.started = process.running = True
        process.pid = self._engine.next_pid()
        container = self._engine.containers[process.container_id]
        self._engine.container_event(container, f"exec_start: {' '.join(process.argv)}", {"execID": process.id})

    def end(self, process: Exec, exit_code: int) -> None:
        """The process has ended."""
        if process.running:
            process.running, process.exit_code = False, exit_code
            container = self._engine.containers.get(process.container_id)
            if container is not None:
                died = {"execID": process.id, "exitCode": str(exit_code)}
                self._engine.container_event(container, "exec_die", died)

    def kill(self, container: Container) -> None:
        """The container has ended, and with it all that ran in it."""
        for process in self.running(container):
            process.running, process.exit_code = False, 137

    def drop(self, exec_id: str) -> Exec | None:
        """Forget one, and return it if it was known: a health check leaves no trace."""
        return self._by_id.pop(exec_id, None)

    def forget(self, container: Container) -> None:
        """The container is gone, and with it all that ever ran in it."""
        for exec_id in [process.id for process in self._by_id.values() if process.container_id == container.id]:
            del self._by_id[exec_id]
