"""Tried with another form of the address."""


def attempt(lab):
    lab.host("node1").sh("firewall-cmd --add-port=4789/udp")
    lab.host("node2").sh("curl --silent http://192.168.1.13:8080/")
    return {"port": "4789 / udp"}
