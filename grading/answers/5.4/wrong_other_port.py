"""Host mode, on another port."""

HINT = "other-port"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-rm 80 --publish-add mode=host,published=80,target=80 web-server")
    return {}
