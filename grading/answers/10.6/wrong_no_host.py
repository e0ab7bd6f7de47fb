"""Without the host."""

HINT = "door"
POINTS = 4

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    door = lab.dealt("10.6").facts["host"]
    lab.host(door).sh("firewall-cmd --add-port=4789/udp")
    manager.sh(ASK)
    return {"door": "4789/udp"}
