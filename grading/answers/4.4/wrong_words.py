"""Words instead of what is shown."""

HINT = "replicas"
POINTS = 2


def attempt(lab):
    lab.host("node2").sh("systemctl stop docker")
    lab.advance("90s")
    return {"seconds": 12, "replicas": "one too many"}
