"""The other way round: a network both services had already."""

HINT = "calls"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --quiet --network-add back-net back")
    lab.host("node1").sh("docker exec $(docker ps -q -f name=front) wget -q -O - http://back")
    return {}
