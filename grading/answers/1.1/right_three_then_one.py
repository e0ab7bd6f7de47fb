"""Three replicas by mistake, scaled down to one."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service create --name web-server --replicas 3 httpd:2.4")
    manager.sh("docker service scale web-server=1")
    lab.settle()  # docker reports the new number as reached while the two others still stop: `3/1`
    lab.advance("5s")
    return {}
