"""Not the full name."""

HINT = "container"
POINTS = 3

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --force php")
    lab.advance("90s")
    manager.sh(ASK)
    return {"container": "php.2"}
