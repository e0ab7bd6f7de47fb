"""New tasks before the old ones stop: the scheduler counts both."""

HINT = "start-first"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --force --update-order start-first web-server")
    lab.advance("10s")
    return {}
