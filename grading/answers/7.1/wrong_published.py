"""Published, to be reached."""

HINT = "published"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    manager.sh("docker network create --driver overlay my-net")
    manager.sh("docker service create --name my-web --replicas 3 --network my-net --publish 8080:80 httpd:2.4")
    manager.sh(
        "docker service create --name util --network my-net --constraint node.hostname==node1 busybox:1.36 sleep 10000"
    )
    node1.sh("docker exec $(docker ps --quiet --filter name=util) nslookup my-web")
    return {}
