"""A wish that can come true."""

HINT = "runs"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --name web --reserve-memory 100m httpd:2.4")
    lab.advance("90s")
    return {"reason": ""}
