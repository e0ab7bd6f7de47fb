"""Compared, opened, tried."""


def attempt(lab):
    lab.host("node1").sh("firewall-cmd --list-ports")
    lab.host("node2").sh("curl --max-time 3 192.168.1.13:8080")
    lab.host("node1").sh("firewall-cmd --add-port=4789/udp")
    lab.host("node2").sh("curl --max-time 3 192.168.1.13:8080")
    return {"port": "4789/udp"}
