"""The program as a whole: what it costs to load, and that its tables are sound."""

import subprocess
import sys

from swarmlab.cli.commands import root


def _all(command):
    command.load()
    yield command
    for child in command.children:
        yield from _all(child)


def test_no_command_has_two_flags_of_one_name():
    for command in _all(root()):
        for names in ([d.name for d in command.flags], [d.short for d in command.flags if d.short]):
            assert len(names) == len(set(names)), command.path


def test_every_command_runs_something_or_has_commands():
    for command in _all(root()):
        assert bool(command.run) != bool(command.children), command.path


def test_the_command_line_needs_neither_core_nor_the_docker_sdk_to_be_imported():
    code = (
        "import sys, swarmlab.cli.app, swarmlab.cli.commands as c; c.root().load();"
        "print([m for m in sys.modules if m == 'docker' or m.startswith(('swarmlab.core', 'requests', 'yaml'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
