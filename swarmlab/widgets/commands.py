"""What the board's controls type: a message of the page in, a host and a command line out.

A page can send anything.  Only what names a thing that is there, and a number or a word that fits, becomes a command.
"""

from typing import Any, NamedTuple

from swarmlab import views

AVAILABILITIES = ("active", "pause", "drain")


class Typed(NamedTuple):
    """A command line to be typed on a host."""

    host: str
    line: str


def command(message: dict[str, Any], drawn: views.Model) -> Typed | None:
    """Return what `message` types on the swarm that `drawn` shows; None if it makes no sense there."""
    line = _LINES.get(str(message.get("t")), lambda message, drawn: None)(message, drawn)
    return Typed(views.manager(drawn), line) if isinstance(line, str) else line


def _scale(message: dict[str, Any], drawn: views.Model) -> str | None:
    row, by = drawn["services"].get(str(message.get("service"))), message.get("by")
    if row is None or by not in (1, -1):
        return None
    return f"docker service scale {row['name']}={max(0, row['wanted'] + int(by))}"


def _availability(message: dict[str, Any], drawn: views.Model) -> str | None:
    node, to = drawn["nodes"].get(str(message.get("node"))), message.get("to")
    if node is None or to not in AVAILABILITIES:
        return None
    return f"docker node update --availability {to} {node['name']}"


def _publish(message: dict[str, Any], drawn: views.Model) -> str | None:
    row = drawn["services"].get(str(message.get("service")))
    published, target = message.get("published"), message.get("target")
    if row is None or not _is_port(published) or not _is_port(target):
        return None
    return f"docker service update --publish-add published={published},target={target} {row['name']}"


def _is_port(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number < 65536


def _kill(message: dict[str, Any], drawn: views.Model) -> Typed | None:
    """A container is killed where it runs: on its own host."""
    chip = drawn["tasks"].get(str(message.get("task")))
    node = drawn["nodes"].get(chip["node"]) if chip else None
    if chip is None or node is None or not chip["container"] or views.look(chip["state"]).ended:
        return None
    return Typed(node["name"], f"docker kill {chip['container'][:12]}")


_LINES: dict[str, Any] = {"scale": _scale, "availability": _availability, "publish": _publish, "kill": _kill}
