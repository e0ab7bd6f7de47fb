"""The same is tried again."""

HINT = "agent"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --force agent")
    lab.advance("30s")
    return {}
