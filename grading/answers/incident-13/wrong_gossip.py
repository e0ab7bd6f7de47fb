"""Opens another port."""

HINT = "other-port"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("firewall-cmd --add-port=7946/tcp")
    lab.advance("1m")
    return {}
