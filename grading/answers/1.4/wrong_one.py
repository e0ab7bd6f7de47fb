"""Only one of the two."""

HINT = "one-of-two"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    before = manager.sh("docker service ps --quiet web-server").stdout.split()
    manager.sh('docker service update --args "httpd-foreground -e debug" web-server')
    return {"replaced": before[:1]}
