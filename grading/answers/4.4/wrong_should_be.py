"""What one expects to see."""

HINT = "should-be"
POINTS = 2


def attempt(lab):
    lab.host("node2").sh("systemctl stop docker")
    lab.advance("90s")
    return {"seconds": 12, "replicas": "3/3"}
