"""Set up and never tried."""

HINT = "try"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-failure-action rollback --update-delay 10s --image httpd:2.4 web-server")
    return {}
