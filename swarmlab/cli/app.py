"""One command line from words to exit code.

docker/cli: cmd/docker/docker.go (runDocker, newDockerCommand), cli/error.go.
"""

import hashlib
from collections.abc import Sequence

from swarmlab.cli.api import Engine
from swarmlab.cli.command import Call, Command, check_supported, parse, traverse
from swarmlab.cli.environment import Environment
from swarmlab.cli.errors import CommandError, NoEngine
from swarmlab.cli.flags import FlagSet
from swarmlab.cli.help import usage
from swarmlab.cli.version import GIT_COMMIT, VERSION

_LOG_LEVELS = ("panic", "fatal", "error", "warn", "warning", "info", "debug", "trace")
_DEFAULT_HOST = "unix:///var/run/docker.sock"


def run(argv: Sequence[str], env: Environment) -> int:
    """Run ``docker`` with the words `argv` (without the leading "docker") and return its exit code.

    Whatever a user can cause ends as text on `env.stderr`; nothing is raised for it.
    """
    try:
        return _run(list(argv), env)
    except CommandError as error:
        if error.text:
            env.stderr.write(error.text + "\n")
        return error.code
    except KeyboardInterrupt:
        return 130


def _run(argv: list[str], env: Environment) -> int:
    from swarmlab.cli.commands import root

    host = env.environ.get("DOCKER_HOST") or _DEFAULT_HOST
    engine = Engine(env.api, host)
    top = root()
    flags = parse(top, argv)
    hosts = flags["host"]
    if hosts and hosts[-1] != host:
        raise NoEngine(hosts[-1])
    _check_global_flags(flags, env)
    command, words = traverse(top, flags.args)
    if flags["version"] and command is top:
        env.stdout.write(f"Docker version {VERSION}, build {GIT_COMMIT}\n")
        return 0
    if flags["help"]:
        return _show_help(top, env, engine, flags.notices)
    if flags.args[:1] == ["help"]:
        return _help_command(top, flags.args[1:], env, engine)
    return execute(command, words, env, engine)


def _check_global_flags(flags: FlagSet, env: Environment) -> None:
    """Refuse what the flags before a command ask for and is not there.  docker/cli: cli/command/cli.go, cli/flags."""
    level = flags["log-level"]
    if level and level.lower() not in _LOG_LEVELS:
        raise CommandError(f"Unable to parse logging level: {level}")
    config = flags["config"] if flags.changed("config") else f"{env.environ.get('HOME', '/root')}/.docker"
    context = flags["context"]
    missing = ""
    if context not in ("", "default"):
        path = f"{config}/contexts/meta/{hashlib.sha256(context.encode()).hexdigest()}/meta.json"
        missing = f'context "{context}": context not found: open {path}'
    elif flags["tls"] or flags.changed("tlsverify"):
        missing = f"open {flags['tlscacert'] if flags.changed('tlscacert') else f'{config}/ca.pem'}"
    if missing:
        raise CommandError(
            f"Failed to initialize: unable to resolve docker endpoint: {missing}: no such file or directory"
        )


def execute(command: Command, words: list[str], env: Environment, engine: Engine) -> int:
    """Run `command` with the words that belong to it."""
    flags = parse(command, words)
    if flags["help"]:
        return _show_help(command, env, engine, flags.notices)
    if command.args is not None:
        command.args(command, flags.args)
    check_supported(command, flags, engine.version)
    if command.run is None:
        if flags.args and command.parent is None:
            raise CommandError(
                f"docker: unknown command: docker {flags.args[0]}\n\nRun 'docker --help' for more information"
            )
        env.stderr.write(usage(command, env.columns, engine.version, engine.ping))
        return 0
    for notice in flags.notices:
        env.stdout.write(notice + "\n")
    return command.run(Call(command, env, engine, flags, flags.args)) or 0


def _show_help(command: Command, env: Environment, engine: Engine, notices: list[str]) -> int:
    for notice in notices:
        env.stdout.write(notice + "\n")
    env.stdout.write(usage(command, env.columns, engine.version, engine.ping))
    return 0


def _help_command(top: Command, words: list[str], env: Environment, engine: Engine) -> int:
    command = top
    for number, word in enumerate(words):
        child = command.child(word)
        if child is None:
            raise CommandError(f"unknown help topic: {' '.join(words[number:])}")
        command = child
    return _show_help(command, env, engine, [])
