"""The right command on the manager: it works."""

HINT = "on-the-manager"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker node ls")
    return {"answer": ""}
