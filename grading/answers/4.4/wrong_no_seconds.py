"""Not measured."""

HINT = "no-seconds"
POINTS = 2


def attempt(lab):
    lab.host("node2").sh("systemctl stop docker")
    lab.advance("90s")
    return {"seconds": 0, "replicas": "4/3"}
