"""Command lines against recorded engines: ours must print what the real docker printed, and ask the same."""

import pytest

from tests.cli.recorded import recordings, replay

_ALL = recordings()


@pytest.mark.parametrize(
    "command", [command for _, command in _ALL], ids=[f"{name}:{' '.join(c['argv'])}" for name, c in _ALL]
)
def test_a_recorded_command_line_prints_what_docker_printed(command):
    code, stdout, stderr, unasked = replay(command)
    assert stdout == command["stdout"]
    assert stderr == command["stderr"]
    assert code == command["exit"]
    assert unasked == 0
