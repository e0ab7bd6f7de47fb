"""All probes, in the order in which they are recorded."""

from tests.parity.probes import (
    errors,
    failures,
    managers,
    modes,
    networks,
    nodes,
    placement,
    programs,
    services,
    swarms,
    updates,
)
from tests.parity.steps import Probe

PROBES: dict[str, Probe] = {
    probe.name: probe
    for probe in (
        *services.PROBES,
        *failures.PROBES,
        *nodes.PROBES,
        *placement.PROBES,
        *updates.PROBES,
        *networks.PROBES,
        *errors.PROBES,
        *swarms.PROBES,
        *modes.PROBES,
        *programs.PROBES,
        *managers.PROBES,
    )
}

#: What the machines that record cannot show.
NOT_YET = (
    "packets through a virtual address or the routing mesh (P12, P18 to P20, ping in P17): the machines that record"
    " have no IPVS",
    "a node that stays away for 24 hours (P11)",
    "placements of many scalings, as statistics (56-stats-scaling): the rules behind them are in scale_up and"
    " scale_down",
)
