"""Makes ``coverage.md``: what of the Engine API is here, straight from the route table.

``python -m swarmlab.api.coverage`` writes it again; a test says when it is out of date.
"""

from pathlib import Path

from swarmlab.api.routes import ROUTES, Route

FILE = Path(__file__).with_name("coverage.md")
_HEAD = """# What of the Docker Engine API is simulated

Made from the route table by `python -m swarmlab.api.coverage`; do not edit. Every route can be written with a
version in front (`/v1.41/…`). A route that is not in this table answers 404, as on a real engine.

"""


def render() -> str:
    """Return the page."""
    here, not_here = [r for r in ROUTES if r.simulated], [r for r in ROUTES if not r.simulated]
    lines = [f"## Simulated ({len(here)} routes)", "", "| route | changes something |", "| --- | --- |"]
    lines += [f"| {_name(route)} | {'yes' if route.writes else ''} |" for route in here]
    lines += ["", f"## Known, answered with 501 and a sentence ({len(not_here)} routes)", ""]
    lines += [f"- {_name(route)}" for route in not_here]
    return _HEAD + "\n".join(lines) + "\n"


def _name(route: Route) -> str:
    return f"`{route.method} {route.path.replace('...', '')}`"


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
