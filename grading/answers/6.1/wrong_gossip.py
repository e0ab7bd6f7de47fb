"""Opens the port of the gossip."""

HINT = "gossip"
POINTS = 0


def attempt(lab):
    lab.host("node1").sh("firewall-cmd --add-port=7946/tcp")
    lab.host("node2").sh("curl --max-time 3 192.168.1.13:8080")
    return {"port": "7946/tcp"}
