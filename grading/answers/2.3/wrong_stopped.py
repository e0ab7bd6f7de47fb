"""Stopped a container by hand: its task is complete, not shut down."""

HINT = "killed"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    once = "docker service create --detach --restart-condition none --name"
    manager.sh(f"{once} failed busybox:1.36 false")
    manager.sh(f"{once} rejected httpd:99")
    manager.sh("docker service create --name web --mode global httpd:2.4")
    lab.host("node1").sh("docker stop $(docker ps --quiet --filter name=web)")
    lab.advance("10s")
    return {}
