"""Three of four, and nothing that Swarm itself ended."""

HINT = "shutdown"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    once = "docker service create --detach --restart-condition none --name"
    manager.sh(f"{once} complete busybox:1.36 true")
    manager.sh(f"{once} failed busybox:1.36 false")
    manager.sh(f"{once} rejected httpd:99")
    lab.advance("10s")
    return {}
