"""The task's id alone."""

HINT = "task-id-only"
POINTS = 0


def attempt(lab):
    task = lab.host("swarm-manage").sh("docker service ps web-server --no-trunc --quiet").stdout.strip()
    return {"answer": task}
