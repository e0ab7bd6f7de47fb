"""Refused, and left so."""

HINT = "refused"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --endpoint-mode dnsrr web-server")
    return {}
