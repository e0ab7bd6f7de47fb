"""Killed by hand, stopped by hand, drained, and an image that is not there."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service create --name web --replicas 3 httpd:2.4")
    lab.host("node1").sh("docker kill $(docker ps --quiet --filter name=web)")
    lab.host("node2").sh("docker stop $(docker ps --quiet --filter name=web)")
    manager.sh("docker node update --availability drain swarm-manage")
    manager.sh("docker service create --detach --name missing redis:0.0")
    lab.advance("20s")
    return {}
