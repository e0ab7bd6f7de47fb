"""Started again as soon as the node was Down."""

HINT = "not-long"
POINTS = 0


def attempt(lab):
    lab.host("node2").sh("systemctl stop docker")
    lab.advance("17s")
    lab.host("node2").sh("systemctl start docker")
    lab.advance("60s")
    return {"seconds": 0, "replicas": "3/3"}
