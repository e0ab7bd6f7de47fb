"""In two updates; the reason from the history."""

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    manager.sh("docker service update --detach --constraint-rm node.hostname==node22 mysql")
    manager.sh("docker service update --constraint-add node.hostname==node2 mysql")
    lab.advance("20s")
    node1.sh(ASK)
    return {"reason": "no suitable node (scheduling constraints not satisfied on 3 nodes)"}
