"""The tree of commands, one module per noun.  docker/cli: cli/command/commands/commands.go."""

from functools import cache

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


@cache
def root() -> Command:
    """Return ``docker`` with all its commands."""
    from swarmlab.cli.commands import container, image, inspecting, network, node, service, swarm, system

    top = Command(
        "docker [OPTIONS] COMMAND [ARG...]",
        "A self-sufficient runtime for containers",
        flags=_GLOBAL_FLAGS,
        interspersed=False,
    )
    return top.add(
        container.command(),
        image.command(),
        network.command(),
        node.command(),
        service.command(),
        swarm.command(),
        system.command(),
        *container.top_level(),
        image.images(),
        image.pull_command(),
        inspecting.command(),
        system.events(),
        system.info(),
        system.version(),
    )
