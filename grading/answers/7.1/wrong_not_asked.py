"""All is there, nobody asks."""

HINT = "ask"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker network create --driver overlay my-net")
    manager.sh("docker service create --name my-web --replicas 3 --network my-net httpd:2.4")
    manager.sh("docker service create --name util --network my-net busybox:1.36 sleep 10000")
    return {}
