"""The id that docker info shows first: the engine's."""

HINT = "another-kind-of-id"
POINTS = 0


def attempt(lab):
    return {"answer": lab.host("swarm-manage").sh("docker info --format '{{.ID}}'").stdout.strip()}
