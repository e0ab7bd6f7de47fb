"""Checked at once: the replacement does not run yet."""

HINT = "too-soon"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker node update --availability drain swarm-manage")
    return {}
