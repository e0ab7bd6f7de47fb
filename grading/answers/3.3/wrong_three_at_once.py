"""Replaces three tasks at a time."""

HINT = "several-at-once"
POINTS = 3


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --force --update-parallelism 3 web-server")
    lab.advance("10s")
    return {}
