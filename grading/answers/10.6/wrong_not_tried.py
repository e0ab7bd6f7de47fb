"""Opened, and believed."""

HINT = "tried"
POINTS = 3


def attempt(lab):
    node1 = lab.host("node1")
    node1.sh("firewall-cmd --add-port=4789/udp")
    return {"door": "node1 4789/udp"}
