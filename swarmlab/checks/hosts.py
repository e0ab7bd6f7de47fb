"""Claims about machines.  A real swarm's history has none of them."""

from swarmlab.checks.claims import Claim, Scene


def lets_in(host: str, port: str) -> Claim:
    """The firewall of `host` runs, and `port` ("4789/udp") is open in it."""

    def found(scene: Scene) -> str:
        state = scene.world.hosts.get(host)
        if state is None:
            return f"there is no host `{host}`"
        if not state["firewall"]:
            return f"the firewall of `{host}` is switched off"
        return f"{port} is {'closed' if port in state['closed'] else 'open'} in the firewall of `{host}`"

    return Claim(
        f"the firewall of `{host}` runs and lets {port} in",
        lambda scene: (
            (state := scene.world.hosts.get(host)) is not None and state["firewall"] and port not in state["closed"]
        ),
        found,
        f"firewall-cmd --list-ports   (on {host})",
    )
