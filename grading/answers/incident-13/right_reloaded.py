"""What was saved is read again."""


def attempt(lab):
    lab.host("swarm-manage").sh("firewall-cmd --reload")
    lab.advance("1m")
    return {}
