"""Off and on again."""

HINT = "break"
POINTS = 4


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale my-web=0")
    manager.sh("docker service scale my-web=3")
    vip = manager.sh("docker service inspect --format '{{(index .Endpoint.VirtualIPs 0).Addr}}' my-web").stdout.strip()
    return {"vip": vip}
