"""What an engine checks before it makes a container, whoever asks: a person or a task.

moby: ``daemon/container.go``, ``validateContainerConfig``.
"""

from swarmlab.core.agent.container import ContainerConfig
from swarmlab.core.agent.signals import signal_number
from swarmlab.errors import InvalidArgument


def check(config: ContainerConfig) -> None:
    """Refuse what no container can be made with."""
    if config.dir and not config.dir.startswith("/"):
        raise InvalidArgument(f"the working directory '{config.dir}' is invalid, it needs to be an absolute path")
    for variable in config.env:
        if not variable.partition("=")[0]:
            raise InvalidArgument(f"invalid environment variable: {variable}")
    if config.stop_signal:
        signal_number(config.stop_signal)
