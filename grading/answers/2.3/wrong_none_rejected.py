"""Everything but a rejected task."""

HINT = "rejected"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    once = "docker service create --detach --restart-condition none --name"
    manager.sh(f"{once} complete busybox:1.36 true")
    manager.sh(f"{once} failed busybox:1.36 false")
    manager.sh("docker service create --name shut httpd:2.4")
    manager.sh("docker service update --force shut")
    return {}
