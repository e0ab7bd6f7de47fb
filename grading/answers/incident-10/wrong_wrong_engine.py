"""Restarts the engine that was well."""

HINT = "restarted"
POINTS = 0


def attempt(lab):
    lab.host("node2").sh("systemctl restart docker")
    lab.advance("30s")
    lab.host("node2").sh("docker service scale --detach shop=5")
    lab.advance("1m")
    return {}
