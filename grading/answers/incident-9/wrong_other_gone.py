"""The first has to go."""

HINT = "first-gone"
POINTS = 3


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale probe=0")
    lab.advance("30s")
    return {}
