"""A constraint where a preference is needed."""

HINT = "bound-to-one"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --label-add zone=b node2")
    manager.sh("docker service create --name web-server --replicas 6 --constraint node.labels.zone==b httpd:2.4")
    return {}
