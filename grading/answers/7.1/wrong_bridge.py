"""A network without a driver is a bridge of one host."""

HINT = "driver"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker network create my-net")
    manager.sh("docker service create --name my-web --replicas 3 --network my-net httpd:2.4")
    return {}
