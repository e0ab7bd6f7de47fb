"""One command line from words to exit code.

docker/cli: cmd/docker/docker.go (runDocker, newDockerCommand), cli/error.go.
"""

from collections.abc import Sequence

from swarmlab.cli.api import Engine
from swarmlab.cli.command import Call, Command, check_supported, parse, traverse
from swarmlab.cli.environment import Environment
from swarmlab.cli.errors import CommandError, NoEngine
from swarmlab.cli.help import usage
from swarmlab.cli.version import GIT_COMMIT, VERSION

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
    if flags["version"]:
        env.stdout.write(f"Docker version {VERSION}, build {GIT_COMMIT}\n")
        return 0
    if flags["help"]:
        return _show_help(top, env, engine, flags.notices)
    if flags.args[:1] == ["help"]:
        return _help_command(top, flags.args[1:], env, engine)
    command, words = traverse(top, flags.args)
    return execute(command, words, env, engine)


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
    return command.run(Call(command, env, engine, flags, flags.args)) or 0


def _show_help(command: Command, env: Environment, engine: Engine, notices: list[str]) -> int:
    for notice in notices:
        env.stdout.write(notice + "\n")
    env.stdout.write(usage(command, env.columns, engine.version, engine.ping))
    return 0


def _help_command(top: Command, words: list[str], env: Environment, engine: Engine) -> int:
    command = top
    for word in words:
        child = command.child(word)
        if child is None:
            raise CommandError(f"unknown help topic: {' '.join(words)}")
        command = child
    return _show_help(command, env, engine, [])
