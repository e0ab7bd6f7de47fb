"""``--env`` and ``--env-file`` of every command that has them.  docker/cli: opts/parse.go, opts/env.go."""

from swarmlab.cli.command import Call
from swarmlab.cli.errors import CommandError
from swarmlab.cli.options import checks


def read_environment(call: Call) -> list[str]:
    """Return the variables of the files, then those of the flags; raises CommandError."""
    variables: list[str] = []
    for path in call["env-file"]:
        try:
            variables += checks.parse_env_file(path, call.env.read_file(path), call.env.environ)
        except OSError as error:
            raise CommandError(f"open {path}: {(error.strerror or 'no such file or directory').lower()}") from None
        except ValueError as error:
            raise CommandError(str(error)) from None
    return variables + checks.with_values(call["env"], call.env.environ)
