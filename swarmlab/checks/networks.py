"""Claims about services on networks: who shares one, and under which addresses."""

from swarmlab.checks.claims import Claim, Scene, running_tasks
from swarmlab.timeline.trace import World


def _networks(world: World, service: str) -> set[str]:
    """Return the names of the networks of `service`; none if there is no such service."""
    state = world.service(service)
    return set(state["networks"]) if state else set()


def _told(world: World, service: str) -> str:
    if world.service(service) is None:
        return f"there is no service `{service}`"
    names = ", ".join(f"`{name}`" for name in sorted(_networks(world, service)))
    return f"`{service}` is on {names or 'no network of the swarm'}"


def is_on(service: str, network: str) -> Claim:
    """`service` is on the network called `network`, and perhaps on others."""
    return Claim(
        f"service `{service}` is on the network `{network}`",
        lambda scene: network in _networks(scene.world, service),
        lambda scene: _told(scene.world, service),
        f"docker service inspect --pretty {service}",
    )


def share_a_network(first: str, second: str) -> Claim:
    """Two services are on one network: containers of each reach those of the other."""
    return Claim(
        f"`{first}` and `{second}` share a network",
        lambda scene: not _networks(scene.world, first).isdisjoint(_networks(scene.world, second)),
        lambda scene: f"{_told(scene.world, first)}, and {_told(scene.world, second)}",
        f"docker service inspect --pretty {first} {second}",
    )


def keeps_its_vip(service: str, network: str) -> Claim:
    """The virtual address of `service` on `network` is the one of the start."""

    def vip(world: World) -> str:
        state = world.service(service)
        return str(state["vips"].get(network, "")) if state else ""

    def found(scene: Scene) -> str:
        return f"it was {vip(scene.start) or 'none'} at the start, and is {vip(scene.world) or 'none'}"

    return Claim(
        f"the virtual address of `{service}` on `{network}` is the one from the start",
        lambda scene: vip(scene.world) != "" and vip(scene.world) == vip(scene.start),
        found,
        f"docker service inspect --format '{{{{json .Endpoint.VirtualIPs}}}}' {service}",
    )


def has_new_addresses(service: str, network: str) -> Claim:
    """Tasks of `service` run, and none has an address on `network` that one of them had at the start."""

    def addresses(world: World) -> set[str]:
        return {task["addresses"].get(network, "") for task in running_tasks(world, service)}

    def found(scene: Scene) -> str:
        kept = addresses(scene.world) & addresses(scene.start)
        if not addresses(scene.world):
            return f"no task of `{service}` runs"
        return f"in use as at the start: {', '.join(sorted(kept)) or 'none'}"

    return Claim(
        f"the running tasks of `{service}` all have other addresses on `{network}` than at the start",
        lambda scene: bool(addresses(scene.world)) and addresses(scene.world).isdisjoint(addresses(scene.start)),
        found,
        f"docker network inspect --verbose {network}",
    )
