"""Counted until much later."""

HINT = "seconds"
POINTS = 2


def attempt(lab):
    lab.host("node2").sh("systemctl stop docker")
    lab.advance("90s")
    return {"seconds": 30, "replicas": "4/3"}
