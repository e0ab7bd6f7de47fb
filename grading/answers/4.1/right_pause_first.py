"""Paused first, seen that the task stays, then drained."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability pause swarm-manage")
    lab.advance("30s")
    manager.sh("docker node update --availability drain swarm-manage")
    lab.advance("15s")
    return {}
