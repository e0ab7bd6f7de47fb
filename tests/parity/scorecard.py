"""SCORECARD.md: how like the real engines the simulation is, made from the recordings and nothing else."""

import functools
from pathlib import Path
from typing import NamedTuple

from tests.parity import recorded
from tests.parity.compare import Difference, Known, canonical, differences
from tests.parity.differences import KNOWN
from tests.parity.engines import Simulated
from tests.parity.play import Player
from tests.parity.probes import NOT_YET, PROBES
from tests.parity.recorded import Recording

SCORECARD = Path(__file__).with_name("SCORECARD.md")
_HEAD = """# How like the real engines the simulation is

Each probe is one scripted session that was played on three real engines; what they answered is replayed on the
simulation in every test run. "Equal" means every command's output, every object of the API, every event and the
order of every task's states, after ids, addresses and times have been replaced by reference (`normalise.py`), and but
for what is chance in the engines themselves: where a tie is placed, the order of random ids, of events that several
components tell at once, and of a name server's two answers (`observe.py`, `canonical` in `compare.py`).
Everything else is listed here with its reason (`differences.py`); anything that is not listed fails a test.

Made by `make record`, or by `python -m tests.parity.scorecard` after a change of the simulation. Do not edit.
"""


class Outcome(NamedTuple):
    """One probe, recorded and replayed."""

    recording: Recording
    unknown: list[Difference]
    known: list[Known]


@functools.cache
def replay(engine: str, probe: str) -> Outcome:
    """Play a recorded probe on the simulation and compare."""
    recording = recorded.load(engine, probe)
    script = PROBES[probe]
    swarm = Simulated(recorded.profile_of(engine), swarm=script.swarm)
    unknown, known = [], []
    for difference in differences(canonical(recording.steps), canonical(Player(swarm, script).play())):
        reasons = [one for one in KNOWN if one.covers(engine, probe, difference)]
        known += reasons
        if not reasons:
            unknown.append(difference)
    return Outcome(recording, unknown, list(dict.fromkeys(known)))


def outcomes() -> list[Outcome]:
    """Replay everything."""
    return [replay(engine, probe) for engine in recorded.engines() for probe in PROBES
            if recorded.path_of(engine, probe).exists()]  # fmt: skip


def text() -> str:
    """Return the page."""
    found = outcomes()
    lines = [_HEAD, "| engine | recorded | probes | equal | known differences |", "| --- | --- | --- | --- | --- |"]
    for engine in recorded.engines():
        mine = [outcome for outcome in found if outcome.recording.engine == engine]
        equal = sum(not outcome.known and not outcome.unknown for outcome in mine)
        dates = sorted({outcome.recording.recorded for outcome in mine})
        first = mine[0].recording
        lines.append(
            f"| {first.package} (API {first.api}) | {' to '.join(dict.fromkeys((dates[0], dates[-1])))} | {len(mine)} "
            f"| {equal} ({100 * equal // len(mine)} %) | {len(mine) - equal} |"
        )
    lines += ["", "## Known differences", ""]
    for known in KNOWN:
        where = sorted({f"{outcome.recording.engine} {outcome.recording.probe}" for outcome in found
                        if known in outcome.known})  # fmt: skip
        lines.append(f"- `{known.path}` ({', '.join(where) or 'nowhere'}): {known.reason}")
    if not KNOWN:
        lines.append("None.")
    lines += ["", "## Probes", "", "| probe | shows | covers | " + " | ".join(recorded.engines()) + " |"]
    lines.append("| --- | --- | --- |" + " --- |" * len(recorded.engines()))
    by_key = {(outcome.recording.engine, outcome.recording.probe): outcome for outcome in found}
    for probe in PROBES.values():
        marks = [_mark(by_key.get((engine, probe.name))) for engine in recorded.engines()]
        lines.append(f"| {probe.name} | {probe.title} | {', '.join(probe.covers)} | {' | '.join(marks)} |")
    lines += ["", "## Not recorded", "", *(f"- {what}" for what in NOT_YET), ""]
    return "\n".join(lines)


def _mark(outcome: Outcome | None) -> str:
    if outcome is None:
        return "–"
    if outcome.unknown:
        return "**differs**"
    return f"{len(outcome.known)} known" if outcome.known else "equal"


def write() -> None:
    """Write the page."""
    SCORECARD.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    write()
