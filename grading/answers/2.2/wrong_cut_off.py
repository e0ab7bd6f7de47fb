"""The text as the short table shows it."""

HINT = "cut-off"
POINTS = 3


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --detach --name big --reserve-memory 64g httpd:2.4")
    lab.advance("90s")
    return {"reason": "no suitable node (insufficient …"}
