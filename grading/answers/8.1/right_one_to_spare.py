"""One task to spare while the update runs, stop-first as ever."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=4")
    manager.sh("docker service update --image httpd:2.4.65 web-server")
    manager.sh("docker service scale web-server=3")
    return {}
