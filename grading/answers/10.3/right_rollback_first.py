"""Back first, so that visitors are served; then the rule as it was meant."""

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    reason = manager.sh("docker service ps --no-trunc mysql").stdout
    manager.sh("docker service rollback mysql")
    manager.sh("docker service update --constraint-add node.hostname==node2 mysql")
    lab.advance("10s")
    manager.sh(ASK)
    return {"reason": reason}
