"""One page proves nothing."""

HINT = "tried"
POINTS = 0


def attempt(lab):
    lab.host("node2").sh("firewall-cmd --add-port=4789/udp")
    lab.host("swarm-manage").sh("curl -s --max-time 2 192.168.1.11:8080")
    return {}
