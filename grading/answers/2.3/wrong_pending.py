"""Takes a pending task for a rejected one."""

HINT = "pending-instead"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    once = "docker service create --detach --restart-condition none --name"
    manager.sh(f"{once} complete busybox:1.36 true")
    manager.sh(f"{once} failed busybox:1.36 false")
    manager.sh("docker service create --detach --name nowhere --constraint node.hostname==node9 httpd:2.4")
    lab.advance("10s")
    return {}
