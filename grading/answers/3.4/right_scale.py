"""Scaled to nothing."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=0")
    return {}
