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

#: What the simulation cannot do yet, so that there is nothing to compare.
NOT_YET = (
    "global services (12-overlay's util, 44, 36's eviction of one), jobs (59)",
    "health checks (23, P24)",
    "logs (46) and what a program prints",
    "templates (47)",
    "stacks (53)",
    "several managers (57, 58, P27), restart of the only manager (28)",
    "packets through a virtual address or the routing mesh (P12, P17 to P20): the machines that record have no IPVS",
    "a node that stays away for 24 hours (P11)",
)
