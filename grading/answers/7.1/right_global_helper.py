"""Scaled up later, with a subnet of one's own."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    manager.sh("docker network create --driver=overlay --subnet 10.77.0.0/24 my-net")
    manager.sh(
        "docker service create --name util --network my-net --constraint node.hostname==node1 busybox:1.36 sleep 10000"
    )
    manager.sh("docker service create --name my-web --network my-net httpd:2.4")
    manager.sh("docker service scale my-web=3")
    node1.sh("docker exec $(docker ps --quiet --filter name=util) sh -c 'nslookup my-web'")
    return {}
