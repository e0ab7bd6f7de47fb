"""An update that changes nothing else."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --force my-web")
    vip = manager.sh("docker service inspect --format '{{(index .Endpoint.VirtualIPs 0).Addr}}' my-web").stdout.strip()
    return {"vip": vip}
