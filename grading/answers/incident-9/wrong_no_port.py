"""Without a port it runs, for nobody."""

HINT = "reachable"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --publish-rm mode=host,published=9100,target=80 agent")
    lab.advance("30s")
    return {}
