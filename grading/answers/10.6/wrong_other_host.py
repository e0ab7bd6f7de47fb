"""The right port on another host."""

HINT = "opened"
POINTS = 1

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    node2 = lab.host("node2")
    node2.sh("firewall-cmd --add-port=4789/udp")
    manager.sh(ASK)
    return {"door": "node1 4789/udp"}
