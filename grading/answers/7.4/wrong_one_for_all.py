"""All on one network."""

HINT = "one-for-all"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker network create --driver overlay all-net")
    for name in ("front", "back", "util"):
        manager.sh(f"docker service update --network-add all-net {name}")
    return {}
