"""Opens some more, to be on the safe side."""

HINT = "too-much"
POINTS = 3


def attempt(lab):
    lab.host("node1").sh("firewall-cmd --add-port=4789/udp")
    lab.host("node1").sh("firewall-cmd --add-port=8080/tcp")
    lab.host("node2").sh("curl --max-time 3 192.168.1.13:8080")
    return {"port": "4789/udp"}
