"""Checked while the update was still under way."""

HINT = "waited"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --force --detach web-server")
    lab.advance("3s")
    return {}
