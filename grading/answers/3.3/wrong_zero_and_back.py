"""Off and on again: nobody is served for some seconds."""

HINT = "scaled-far-down"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=0")
    manager.sh("docker service scale web-server=6")
    lab.advance("10s")
    return {}
