"""The flags ``--since`` and ``--until`` of logs."""

from swarmlab.cli.command import Call
from swarmlab.cli.errors import CommandError
from swarmlab.gotimes import timestamp


def log_time(call: Call, name: str) -> str | None:
    """Return flag `name` ("since", "until") for a log request; raises CommandError."""
    if not call[name]:
        return None
    try:
        return timestamp(call[name], call.env.clock.now())
    except ValueError as error:
        raise CommandError(f'invalid value for "{name}": {error}') from None
