"""An image whose program ends at once."""

HINT = "does-not-stay"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --detach --name web-server busybox:1.36 true")
    lab.advance("30s")
    return {}
