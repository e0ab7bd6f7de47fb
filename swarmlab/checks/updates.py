"""Claims about the rolling update of a service."""

from swarmlab.checks.claims import Claim, Scene


def update_is(service: str, *states: str) -> Claim:
    """The last update of `service` is in one of `states`: updating, paused, completed, rollback_completed, …"""

    def state(scene: Scene) -> str:
        row = scene.world.service(service)
        return str(row["update"]) if row else ""

    def found(scene: Scene) -> str:
        if scene.world.service(service) is None:
            return f"there is no service `{service}`"
        return f"its last update is {state(scene)}" if state(scene) else "it was never updated"

    return Claim(
        f"the last update of `{service}` is {' or '.join(states)}",
        lambda scene: state(scene) in states,
        found,
        f"docker service inspect --format '{{{{.UpdateStatus.State}}}}' {service}",
    )
