"""Back to the old version: one version, but not the new one."""

HINT = "back"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --rollback shop")
    lab.advance("2m")
    return {}
