"""Only the web servers."""

HINT = "util"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker network create --driver overlay my-net")
    manager.sh("docker service create --name my-web --replicas 3 --network my-net httpd:2.4")
    return {}
