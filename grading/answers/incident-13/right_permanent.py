"""Opened for good."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("firewall-cmd --permanent --add-port=2377/tcp")
    manager.sh("firewall-cmd --reload")
    lab.advance("1m")
    return {}
