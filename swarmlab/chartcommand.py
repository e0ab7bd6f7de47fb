"""``swarmlab chart``: a chart of a session that is over, drawn from its journal."""

from pathlib import Path

from swarmlab.charts import draw
from swarmlab.core.units import duration
from swarmlab.errors import InvalidArgument
from swarmlab.history import History
from swarmlab.home import existing_session
from swarmlab.lab import Lab
from swarmlab.timeline.journal import load
from swarmlab.timeline.session import Session

KINDS = (".png", ".svg")


def draw_session(
    name: str, service: str, *, session: str = "", journal: Path | None = None, at: str = "", output: Path | None = None
) -> str:
    """Draw the chart `name` (of `service`) of a session, keep it in `output` if given, and return it in words.

    `session` names one of those that are kept, `journal` a file; `at` is the moment ("90s" since the beginning; "": the
    end).  Raises InvalidArgument or NotFound, with one sentence.
    """
    if bool(session) == bool(journal):
        raise InvalidArgument("say which session: --session NAME, or --journal FILE")
    if output is not None and output.suffix.lower() not in KINDS:
        raise InvalidArgument(f"{output} is no picture that can be drawn: end its name in .png or .svg")
    header, ops = load(journal or existing_session(session))
    lab = Lab.__new__(Lab, _session=None)
    played = Session.replay(lab._application, header, ops)
    until, trace = played.now, played.trace
    if at:
        try:
            until = trace.rows[0].at + duration(at)
        except ValueError as error:
            raise InvalidArgument(str(error)) from error
        trace = History(trace).until(until)
    drawn = draw(name, trace, service=service, until=until)
    if output is not None:
        drawn.save(str(output))
    return drawn.text()
