"""One of the first gives way."""

HINT = "agent"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale probe=2")
    lab.advance("30s")
    return {}
