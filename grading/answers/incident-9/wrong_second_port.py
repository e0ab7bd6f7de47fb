"""A port is added, and the old wish stands."""

HINT = "second-port"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --publish-add mode=host,published=9101,target=80 agent")
    lab.advance("30s")
    return {}
