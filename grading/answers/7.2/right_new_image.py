"""Another image; the address is looked up without the mask."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --image httpd:2.4.64 my-web")
    vip = manager.sh("docker service inspect --format '{{(index .Endpoint.VirtualIPs 0).Addr}}' my-web").stdout
    return {"vip": vip.partition("/")[0]}
