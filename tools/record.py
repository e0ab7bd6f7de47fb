"""``make record``: play the probes of tests/parity on real engines and keep what they answer.

    make record                                          all probes, on the engines of all profiles
    make record ARGS="--suite forky scale_up 'drain*'"   some, on one

Takes Linux, root and a Debian archive (`engines.py`).  Every probe gets three new engines, in network namespaces of
their own (`swarmlab.real.namespaces`); nothing that runs on this machine is touched.
"""

import datetime
import fnmatch
import signal
import sys
import tempfile
import time
from pathlib import Path

import click

from swarmlab.errors import SwarmlabError
from swarmlab.real.namespaces import Namespaces, missing
from tests.parity import recorded, scorecard
from tests.parity.engines import Real
from tests.parity.play import Player
from tests.parity.probes import PROBES
from tests.parity.steps import Probe
from tools.engines import fetch

#: Debian releases with the engines that the simulation's profiles are compared with.
SUITES = ("bookworm", "forky")


@click.command()
@click.option("--suite", "suites", multiple=True, default=SUITES, help="A Debian release (again for more).")
@click.option("--scorecard/--no-scorecard", "score", default=True, help="Write SCORECARD.md at the end.")
@click.argument("patterns", nargs=-1)
def main(suites: tuple[str, ...], score: bool, patterns: tuple[str, ...]) -> None:
    """Record the probes whose names match; the exit status is how many could not be played."""
    if lacking := missing():
        raise click.ClickException(lacking)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what runs is taken down
    failed = 0
    for suite in suites:
        files = fetch(suite)
        for probe in PROBES.values():
            if patterns and not any(fnmatch.fnmatch(probe.name, pattern) for pattern in patterns):
                continue
            began = time.monotonic()
            try:
                record(files, probe)
            except (AssertionError, SwarmlabError) as error:  # the other probes are still worth recording
                failed += 1
                print(f"{suite} {probe.name}: NOT recorded: {error}", flush=True)
            else:
                print(f"{suite} {probe.name}: {time.monotonic() - began:.1f} s", flush=True)
    if score:
        scorecard.write()
    sys.exit(min(failed, 99))


def record(files: Path, probe: Probe) -> None:
    """Play one probe on new engines and write its recording."""
    folder = Path(tempfile.mkdtemp(prefix="swl-", dir="/tmp"))  # short enough for sockets
    lab = Namespaces(folder, files=files)
    try:
        lab.up(swarm=probe.swarm)
        swarm = Real(lab)
        try:
            steps = Player(swarm, probe, strict=True).play()
            version = swarm.version
        finally:
            swarm.close()
    finally:
        lab.down()
    recorded.save(
        recorded.Recording(
            engine=version["Version"].partition("+")[0],
            probe=probe.name,
            recorded=datetime.datetime.now(datetime.UTC).date().isoformat(),
            package=version["Version"],
            api=version["ApiVersion"],
            steps=steps,
        )
    )


if __name__ == "__main__":
    main()
