"""It works, and is open to the world."""

HINT = "inside"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --quiet --network-add back-net front")
    manager.sh("docker service update --quiet --publish-add 8080:80 back")
    lab.host("node1").sh("docker exec $(docker ps -q -f name=front) wget -q -O - http://back")
    return {}
