"""Which commands of a line write straight to the terminal."""

import pytest

from swarmlab.shell.straight import MARK, mark

TOOLS = ("docker", "ping")


def marked(script: str) -> list[str]:
    """Return the marked commands, as far as the next space."""
    return [piece.split()[0] for piece in mark(script, TOOLS).split(MARK)[1:]]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("docker ps", ["docker"]),
        ("docker ps; ping x && docker ls || ping y", ["docker", "ping", "docker", "ping"]),
        ("docker exec -it $(docker ps -q | head -1) sh", ["docker"]),
        ("X=1 Y='a b' docker ps", ["docker"]),
        ("docker service inspect --format '{{json .Spec}}' web", ["docker"]),
        ('docker service create x sh -c "a | b > c"', ["docker"]),
        ("docker a \\\n b\ndocker c", ["docker", "docker"]),
        ("docker ps | grep x", []),
        ("docker ps > file", []),
        ("docker ps 2>&1", []),
        ("docker exec -i x cat < file", []),
        ("docker ps & ping x", ["ping"]),
        ("echo docker ps", []),
        ("x=$(docker ps -q)", []),
        ("for i in 1 2; do docker ps; done", []),
        ("if docker ps; then ping x; fi", []),
        ("f() { docker ps; }", []),
        ("(docker ps)", []),
        ("cat <<E\ndocker ps\nE", []),
        ("docker ps # | not a pipe", ["docker"]),
        ("docker ps '", []),
        ("! docker ps", []),
        ("dockerx ps; docker-compose", []),
    ],
)
def test_only_what_goes_to_the_terminal_is_marked(script: str, expected: list[str]) -> None:
    assert marked(script) == expected
    assert mark(script, TOOLS).replace(MARK, "") == script
