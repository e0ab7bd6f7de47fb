"""Asks on a host where the container is not."""

HINT = "not-found"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    node2 = lab.host("node2")
    manager.sh("docker network create --driver overlay my-net")
    manager.sh("docker service create --name my-web --replicas 3 --network my-net httpd:2.4")
    manager.sh(
        "docker service create --name util --network my-net --constraint node.hostname==node1 busybox:1.36 sleep 10000"
    )
    node2.sh("docker exec $(docker ps --quiet --filter name=util) nslookup my-web")
    return {}
