"""The id as the short list shows it."""

HINT = "short-id"
POINTS = 0


def attempt(lab):
    task = lab.host("swarm-manage").sh("docker service ps web-server --no-trunc --quiet").stdout.strip()
    return {"answer": f"web-server.1.{task[:12]}"}
