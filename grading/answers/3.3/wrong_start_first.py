"""All new tasks before the old ones stop: the scheduler counts both.  (One by one it may come out well, by luck.)"""

HINT = "start-first"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --force --update-order start-first --update-parallelism 0 web-server")
    lab.advance("10s")
    return {}
