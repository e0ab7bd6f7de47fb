"""Publishes front, for util."""

HINT = "published"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker network create --driver overlay front-net")
    manager.sh("docker network create --driver overlay back-net")
    manager.sh("docker service update --network-add back-net back")
    manager.sh("docker service update --network-add back-net --network-add front-net --publish-add 8080:80 front")
    manager.sh("docker service update --network-add front-net util")
    return {}
