"""The firewall is switched off."""

HINT = "firewalls"
POINTS = 2


def attempt(lab):
    lab.host("swarm-manage").sh("systemctl stop firewalld")
    lab.advance("1m")
    return {}
