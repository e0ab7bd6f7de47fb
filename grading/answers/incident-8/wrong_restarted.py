"""New tasks on the same networks."""

HINT = "again"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --quiet --force front")
    lab.host("node1").sh("docker exec $(docker ps -q -f name=front) wget -q -O - http://back")
    return {}
