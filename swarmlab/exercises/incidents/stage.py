"""What every incident starts from: a swarm in which nothing is broken, whatever was tried before."""

from swarmlab.checks import Fault, Step
from swarmlab.exercises.stage import CLEAR, HOSTS, MANAGER, WORKERS, typed_on_manager

#: Machines run, cables are in, disks have room, firewalls are as they came, and one manager has two workers.
WELL: tuple[Step | Fault, ...] = (
    *(Fault("start", (host,), may_fail=True) for host in HOSTS),
    *(Fault("mend", (host,)) for host in HOSTS),
    *(Fault("free_disk", (host,), may_fail=True) for host in HOSTS),
    Fault("mend_registry"),
    *(Step(host, "systemctl start firewalld; firewall-cmd --reload") for host in HOSTS),
    Step(MANAGER, "sleep 45"),
    *(Step(MANAGER, f"docker node demote {host}", may_fail=True) for host in WORKERS),
    *CLEAR,
    Step(MANAGER, "sleep 20"),
)


def created(*lines: str) -> tuple[Step, ...]:
    """Return steps that create services on the manager: what is given is what follows ``docker service create``."""
    return typed_on_manager(*(f"docker service create --quiet {line}" for line in lines))
