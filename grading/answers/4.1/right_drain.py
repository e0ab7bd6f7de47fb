"""Drain, and wait."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker node update --availability drain swarm-manage")
    lab.advance("15s")
    return {}
