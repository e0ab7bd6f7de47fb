"""Only the first half."""

HINT = "all"
POINTS = 3


def attempt(lab):
    lab.host("swarm-manage").sh("curl -s " + "192.168.1.12:8080 " * 20)
    return {}
