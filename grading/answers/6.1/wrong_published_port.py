"""Opens the port of the service."""

HINT = "published-port"
POINTS = 0


def attempt(lab):
    lab.host("node1").sh("firewall-cmd --add-port=8080/tcp")
    lab.host("node2").sh("curl --max-time 3 192.168.1.13:8080")
    return {"port": "8080/tcp"}
