"""The port is opened."""


def attempt(lab):
    lab.host("swarm-manage").sh("firewall-cmd --add-port=2377/tcp")
    lab.advance("1m")
    return {}
