"""The only node that would do has lost its engine."""

HINT = "node-down"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    lab.host("node2").sh("systemctl stop docker")
    lab.advance("30s")
    manager.sh("docker service create --detach --name web --constraint node.hostname==node2 httpd:2.4")
    lab.advance("90s")
    return {"reason": manager.sh("docker service ps --no-trunc --format '{{.Error}}' web").stdout.strip()}
