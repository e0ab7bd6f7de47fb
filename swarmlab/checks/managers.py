"""Claims about the managers of a swarm, and who leads them."""

from swarmlab.checks.claims import Claim, Scene
from swarmlab.plural import count


def _reachable(scene: Scene) -> list[str]:
    nodes = scene.world.nodes.values()
    return sorted(n["hostname"] for n in nodes if n["role"] == "manager" and n["reachability"] == "reachable")


def has_managers(number: int) -> Claim:
    """Exactly `number` managers reach each other."""
    return Claim(
        f"the swarm has {count(number, 'reachable manager')}",
        lambda scene: len(_reachable(scene)) == number,
        lambda scene: f"reachable managers: {', '.join(f'`{name}`' for name in _reachable(scene)) or 'none'}",
        "docker node ls",
    )


def another_leads(hostname: str) -> Claim:
    """The swarm has a leader, and it is not `hostname`."""

    def leaders(scene: Scene) -> list[str]:
        return sorted(node["hostname"] for node in scene.world.nodes.values() if node["leader"])

    return Claim(
        f"another manager than `{hostname}` leads the swarm",
        lambda scene: bool(leaders(scene)) and hostname not in leaders(scene),
        lambda scene: f"the leader is {', '.join(f'`{name}`' for name in leaders(scene)) or 'nobody'}",
        "docker node ls",
    )
