"""As usual: the old one is stopped first."""

HINT = "stop-first"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --image httpd:2.4.65 web-server")
    return {}
