"""Claims about machines.  A real swarm's history has none of them."""

from swarmlab.checks.claims import Claim, Scene


def firewalls_run() -> Claim:
    """No machine's firewall is switched off."""

    def off(scene: Scene) -> list[str]:
        return sorted(name for name, state in scene.world.hosts.items() if not state["firewall"])

    def found(scene: Scene) -> str:
        return f"switched off: {', '.join(f'`{name}`' for name in off(scene)) or 'none'}"

    return Claim(
        "the firewalls of all hosts run",
        lambda scene: not off(scene),
        found,
        "systemctl status firewalld   (on each host)",
    )
