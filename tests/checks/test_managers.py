"""Claims about the managers of a swarm."""

from swarmlab.checks import now
from swarmlab.checks.managers import another_leads, has_managers

from .histories import History


def swarm(**roles: str) -> History:
    """A history whose three nodes have these roles: worker, reachable, unreachable or leader."""
    history = History()
    for name, role in {"swarm-manage": "leader", "node1": "worker", "node2": "worker", **roles}.items():
        state = {
            "id": name, "hostname": name, "role": "worker" if role == "worker" else "manager",
            "reachability": {"worker": "", "leader": "reachable"}.get(role, role), "leader": role == "leader",
        }  # fmt: skip
        history.put("node", name, state)
    return history


def test_managers_that_are_reached_are_counted():
    assert swarm().meets(now(has_managers(1)))
    assert swarm(node1="reachable", node2="reachable").meets(now(has_managers(3)))
    history = swarm(node1="reachable", node2="unreachable")
    assert history.found(now(has_managers(3))) == "reachable managers: `node1`, `swarm-manage`"


def test_another_leads_only_if_somebody_does():
    claim = another_leads("swarm-manage")
    assert swarm().found(now(claim)) == "the leader is `swarm-manage`"
    assert swarm(**{"swarm-manage": "unreachable", "node1": "leader"}).meets(now(claim))
    assert swarm(**{"swarm-manage": "unreachable"}).found(now(claim)) == "the leader is nobody"
