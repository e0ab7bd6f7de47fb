"""Only the first half."""

HINT = "front"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker network create --driver overlay back-net")
    manager.sh("docker service update --network-add back-net back")
    manager.sh("docker service update --network-add back-net front")
    return {}
