"""Tasks.  moby: ``daemon/cluster/convert/task.go``."""

from collections.abc import Mapping

from swarmlab.api.convert.basics import Json, meta
from swarmlab.api.convert.networks import attachment_json
from swarmlab.api.convert.services import port_json
from swarmlab.api.convert.taskspec import generic_json, task_spec_json
from swarmlab.core.objects import Task, TaskStatus
from swarmlab.core.units import rfc3339


class TaskWriter:
    """Turns many tasks into JSON; what they share (template, networks) is made once."""

    def __init__(self, networks: Mapping[str, Json], *, volumes: bool) -> None:
        self._networks = networks
        self._volumes = volumes  # engines since 23.0 name the volumes too
        self._specs: dict[int, tuple[object, Json]] = {}

    def json(self, task: Task) -> Json:
        """Return a task."""
        json = meta(task)
        json["Labels"] = {}
        json["Spec"] = self._spec(task)
        if task.service_id:
            json["ServiceID"] = task.service_id
        if task.slot:
            json["Slot"] = task.slot
        if task.node_id:
            json["NodeID"] = task.node_id
        json["Status"] = _status_json(task.status)
        json["DesiredState"] = task.desired_state.word
        if task.networks:
            json["NetworksAttachments"] = [attachment_json(item, self._networks) for item in task.networks]
        if task.generic_resources:
            json["GenericResources"] = generic_json(task.generic_resources)
        if task.job_iteration is not None:
            json["JobIteration"] = {"Index": task.job_iteration} if task.job_iteration else {}
        if self._volumes:
            json["Volumes"] = None
        return json

    def _spec(self, task: Task) -> Json:
        # Tasks of one revision hold the very same template; it is kept here, so its id() cannot be used again.
        known = self._specs.get(id(task.spec))
        if known is None:
            known = self._specs[id(task.spec)] = (task.spec, task_spec_json(task.spec, runtime=False))
        return known[1]


def _status_json(status: TaskStatus) -> Json:
    json: Json = {"Timestamp": rfc3339(status.timestamp), "State": status.state.word}
    if status.message:
        json["Message"] = status.message
    if status.err:
        json["Err"] = status.err
    container = status.container
    if container is not None:
        json["ContainerStatus"] = {
            "ContainerID": container.container_id,
            "PID": container.pid,
            "ExitCode": container.exit_code,
        }
    json["PortStatus"] = {"Ports": [port_json(port) for port in status.ports]} if status.ports else {}
    return json
