"""``make record``: play the probes of tests/parity on real engines and keep what they answer.

    SWARMLAB_HOSTS='{"swarm-manage": "unix:///run/a.sock", "node1": …, "node2": …}' make record ARGS="scale_up drain*"

The three engines must form a swarm, which is taken apart and made anew for every probe: **whatever runs on them is
lost**.  SWARMLAB_POWER is a command that does something to a machine, with {verb} (stop, start, off, cut, heal) and
{host} in it; without it the probes that need it are left out.
"""

import datetime
import fnmatch
import os
import sys
import time

from tests.parity import recorded, scorecard
from tests.parity.engines import Real, real_hosts
from tests.parity.play import Broken, Player
from tests.parity.probes import PROBES
from tests.parity.steps import Power, Probe


def main(patterns: list[str]) -> int:
    """Record the probes whose names match; return how many could not be played."""
    hosts = real_hosts()
    if hosts is None:
        print("SWARMLAB_HOSTS names no engines; see tools/record.py", file=sys.stderr)
        return 2
    swarm = Real(hosts, os.environ.get("SWARMLAB_POWER", ""))
    failed = 0
    for probe in PROBES.values():
        if patterns and not any(fnmatch.fnmatch(probe.name, pattern) for pattern in patterns):
            continue
        if _needs_power(probe) and not swarm.can_power:
            print(f"{probe.name}: left out, it needs SWARMLAB_POWER")
            continue
        began = time.monotonic()
        try:
            record(swarm, probe)
        except (Broken, Exception) as error:  # the other probes are still worth recording
            failed += 1
            print(f"{probe.name}: NOT recorded: {type(error).__name__}: {error}")
        else:
            print(f"{probe.name}: {time.monotonic() - began:.1f} s", flush=True)
    swarm.fresh(swarm=True)
    swarm.close()
    scorecard.write()
    return failed


def record(swarm: Real, probe: Probe) -> None:
    """Play one probe and write its recording."""
    swarm.fresh(swarm=probe.swarm)
    try:
        steps = Player(swarm, probe, strict=True).play()
    finally:
        for host in {step.host for step in probe.steps if isinstance(step, Power)}:
            swarm.bring_back(host)
    version = swarm.version
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


def _needs_power(probe: Probe) -> bool:
    return any(isinstance(step, Power) for step in probe.steps)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
