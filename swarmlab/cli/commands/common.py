"""Flags and steps that many commands share.  docker/cli: cli/flags/options.go, cli/command/utils.go."""

from typing import Any

from swarmlab.cli.command import Call
from swarmlab.cli.errors import CommandError, join_errors
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.values import Filter

_INSPECT_HELP = """Format output using a custom template:
'json':             Print in JSON format
'TEMPLATE':         Print output using the given Go template.
Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates"""
_LIST_HELP = """Format output using a custom template:
'table':            Print output in table format with column headers (default)
'table TEMPLATE':   Print output in table format using the given Go template
'json':             Print in JSON format
'TEMPLATE':         Print output using the given Go template.
Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates"""

FORMAT = flag("format", _LIST_HELP)
INSPECT_FORMAT = flag("format", _INSPECT_HELP, short="f")
PRETTY = switch("pretty", "Print the information in a human friendly format")
LIST_FILTER = flag("filter", "Filter output based on conditions provided", Filter, short="f")
QUIET_IDS = switch("quiet", "Only display IDs", short="q")
NO_TRUNC = switch("no-trunc", "Do not truncate output")
TASK_FLAGS = (
    switch("quiet", "Only display task IDs", short="q"),
    NO_TRUNC,
    switch("no-resolve", "Do not map IDs to Names"),
    flag("format", "Pretty-print tasks using a Go template"),
    LIST_FILTER,
)


def remove_each(call: Call, path: str, **params: Any) -> None:
    """Delete each argument below `path`, print those that are gone, say at the end what failed."""
    errors: list[CommandError] = []
    for reference in call.args:
        try:
            call.engine.delete(path + reference, **params)
            call.out(reference)
        except CommandError as error:
            errors.append(error)
    join_errors(errors)


def confirmed(call: Call, question: str) -> bool:
    """Ask on standard output and read the answer; only "y" counts."""
    call.env.stdout.write(f"{question} [y/N] ")
    answer = call.env.stdin.readline().decode("utf-8", "replace") if call.env.stdin else ""
    return answer.strip().lower() == "y"
