"""A network for each."""

HINT = "each-its-own"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    for name in ("front", "back", "util"):
        manager.sh(f"docker network create --driver overlay {name}-net")
        manager.sh(f"docker service update --network-add {name}-net {name}")
    return {}
