"""Swapped at first, then corrected; one line for all three nodes."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-add 80:8080 web-server")
    manager.sh("docker service update --publish-rm 8080 --publish-add 8080:80 web-server")
    manager.sh("curl 192.168.1.11:8080 192.168.1.12:8080 192.168.1.13:8080")
    return {}
