"""Opened, and not tried."""

HINT = "answered"
POINTS = 1


def attempt(lab):
    lab.host("node2").sh("firewall-cmd --add-port=4789/udp")
    return {}
