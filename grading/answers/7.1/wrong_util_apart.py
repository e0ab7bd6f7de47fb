"""The one who asks is on no network."""

HINT = "util-apart"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    manager.sh("docker network create --driver overlay my-net")
    manager.sh("docker service create --name my-web --replicas 3 --network my-net httpd:2.4")
    manager.sh("docker service create --name util --constraint node.hostname==node1 busybox:1.36 sleep 10000")
    node1.sh("docker exec $(docker ps --quiet --filter name=util) nslookup my-web")
    return {}
