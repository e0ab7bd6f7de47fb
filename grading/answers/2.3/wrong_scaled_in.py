"""Believes that scaling in leaves tasks behind that were shut down."""

HINT = "scaled-in"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    once = "docker service create --detach --restart-condition none --name"
    manager.sh(f"{once} complete busybox:1.36 true")
    manager.sh(f"{once} failed busybox:1.36 false")
    manager.sh(f"{once} rejected httpd:99")
    manager.sh("docker service create --name web --replicas 3 httpd:2.4")
    manager.sh("docker service scale web=1")
    lab.advance("10s")
    return {}
