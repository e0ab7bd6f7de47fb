"""The tree of commands, one module per noun.  docker/cli: cli/command/commands/commands.go.

A command's module is loaded when its word is typed: ``docker service ls`` in a notebook should not pay for the
hundred flags of ``docker run``.  A new noun is one line in `_MODULES` and a module with a function `command`.
"""

from functools import cache
from importlib import import_module
from threading import RLock

from swarmlab.cli.command import Command
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.values import List, String

_GLOBAL_FLAGS = (
    flag("config", "Location of client config files", lambda: String("~/.docker")),
    switch("debug", "Enable debug mode", short="D"),
    flag(
        "log-level",
        'Set the logging level ("debug", "info", "warn", "error", "fatal")',
        lambda: String("info"),
        short="l",
    ),
    switch("tls", "Use TLS; implied by --tlsverify"),
    switch("tlsverify", "Use TLS and verify the remote"),
    flag("tlscacert", "Trust certs signed only by this CA", lambda: String("~/.docker/ca.pem")),
    flag("tlscert", "Path to TLS certificate file", lambda: String("~/.docker/cert.pem")),
    flag("tlskey", "Path to TLS key file", lambda: String("~/.docker/key.pem")),
    flag("host", "Daemon socket to connect to", List, short="H"),
    flag(
        "context",
        "Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default "
        'context set with "docker context use")',
        short="c",
    ),
    switch("version", "Print version information and quit", short="v"),
)


#: word → "module:function" that makes its command
_MODULES = {
    "config": "files:config",
    "container": "container:command",
    "events": "system:events",
    "exec": "container.execute:command",
    "image": "image:command",
    "images": "image:images",
    "info": "system:info",
    "inspect": "inspecting:command",
    "kill": "container.lifecycle:kill",
    "logs": "container.lifecycle:logs",
    "network": "network:command",
    "node": "node:command",
    "pause": "container.more:pause",
    "port": "container.more:port",
    "ps": "container.listing:ps",
    "pull": "image:pull_command",
    "rename": "container.more:rename",
    "restart": "container.more:restart",
    "rmi": "image:rmi",
    "rm": "container.lifecycle:top_level_remove",
    "run": "container.run:command",
    "secret": "files:secret",
    "service": "service:command",
    "stack": "stack:command",
    "start": "container.lifecycle:start",
    "stop": "container.lifecycle:stop",
    "swarm": "swarm:command",
    "system": "system:command",
    "top": "container.more:top",
    "unpause": "container.more:unpause",
    "version": "system:version",
    "volume": "volume:command",
    "wait": "container.more:wait",
}


_LOADING = RLock()


class _Docker(Command):
    """``docker`` itself; its commands are loaded by their words."""

    def child(self, word: str) -> Command | None:
        """Return the command called `word`, loading it first."""
        found = super().child(word)
        if found is not None or word not in _MODULES:
            return found
        with _LOADING:  # somebody may type in another thread
            found = super().child(word)
            if found is None:
                module, _, function = _MODULES[word].partition(":")
                found = getattr(import_module(f"{__name__}.{module}"), function)()
                self.add(found)
        return found

    def load(self) -> None:
        """Load all commands, which only the help of ``docker`` itself needs."""
        for word in _MODULES:
            self.child(word)


@cache
def root() -> Command:
    """Return ``docker``."""
    return _Docker(
        "docker [OPTIONS] COMMAND [ARG...]",
        "A self-sufficient runtime for containers",
        flags=_GLOBAL_FLAGS,
        interspersed=False,
    )
