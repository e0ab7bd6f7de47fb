"""Opened, and believed."""

HINT = "tried"
POINTS = 3


def attempt(lab):
    door = lab.dealt("10.6").facts["host"]
    lab.host(door).sh("firewall-cmd --add-port=4789/udp")
    return {"door": f"{door} 4789/udp"}
