"""Three replicas by mistake, scaled down to one."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service create --name web-server --replicas 3 httpd:2.4")
    manager.sh("docker service scale web-server=1")
    return {}
