"""Out to nine and in to six: new tasks go to the empty node, the crowded ones give."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=9")
    manager.sh("docker service scale web-server=6")
    lab.advance("10s")
    return {}
