"""A beginning that could mean another node."""

HINT = "too-short"
POINTS = 0


def attempt(lab):
    return {"answer": lab.host("swarm-manage").sh("docker node inspect self --format '{{.ID}}'").stdout[:5]}
