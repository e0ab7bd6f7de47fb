"""The firewall is switched off."""

HINT = "firewalls"
POINTS = 2


def attempt(lab):
    lab.host("node2").sh("systemctl stop firewalld")
    lab.host("swarm-manage").sh("for i in 1 2 3 4 5 6; do curl -s --max-time 2 192.168.1.11:8080; done")
    return {}
