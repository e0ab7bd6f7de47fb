"""One connection, but only five requests."""

HINT = "few"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("curl -s " + "192.168.1.12:8080 " * 5)
    return {}
