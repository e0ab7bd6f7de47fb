"""The first one slipped through."""

HINT = "noticed"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --image crash:slow web-server")
    manager.sh("docker service update --image httpd:2.4 web-server")
    manager.sh("docker service update --update-monitor 20s --image crash:slow web-server")
    lab.advance("20s")
    return {}
