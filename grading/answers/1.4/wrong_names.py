"""Names of slots instead of ids."""

HINT = "replaced"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh('docker service update --args "httpd-foreground -e debug" web-server')
    return {"replaced": ["web-server.1", "web-server.2"]}
