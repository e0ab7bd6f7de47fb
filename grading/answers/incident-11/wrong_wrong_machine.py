"""Another machine is cleaned."""

HINT = "runs"
POINTS = 0


def attempt(lab):
    lab.host("node1").sh("docker system prune --all --force")
    lab.advance("1m")
    return {}
