"""Removes the service and makes it anew."""

HINT = "made-anew"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm my-web")
    manager.sh("docker service create --name my-web --replicas 3 --network my-net httpd:2.4")
    vip = manager.sh("docker service inspect --format '{{(index .Endpoint.VirtualIPs 0).Addr}}' my-web").stdout.strip()
    return {"vip": vip}
