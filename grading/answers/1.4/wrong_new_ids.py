"""The ids of the tasks that run now."""

HINT = "new-ids"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh('docker service update --args "httpd-foreground -e debug" web-server')
    ids = manager.sh("docker service ps --quiet --filter desired-state=running web-server").stdout.split()
    return {"replaced": ids}
