"""Hands in the name."""

HINT = "vip"
POINTS = 4


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --force my-web")
    return {"vip": "my-web"}
