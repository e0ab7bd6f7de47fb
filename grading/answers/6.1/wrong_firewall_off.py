"""Switches the firewall off."""

HINT = "switched-off"
POINTS = 0


def attempt(lab):
    lab.host("node1").sh("systemctl stop firewalld")
    return {"port": ""}
