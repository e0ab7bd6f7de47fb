"""The first of four."""

HINT = "failed"
POINTS = 1


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --detach --name a --restart-condition none busybox:1.36 true")
    lab.advance("10s")
    return {}
