"""The state instead of the reason."""

HINT = "the-text"
POINTS = 3


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --detach --name big --reserve-memory 64g httpd:2.4")
    lab.advance("90s")
    return {"reason": "Pending"}
