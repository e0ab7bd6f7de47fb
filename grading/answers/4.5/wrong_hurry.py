"""Did not wait for the proof."""

HINT = "hurry"
POINTS = 3


def attempt(lab):
    lab.host("node2").sh("systemctl start docker")
    lab.advance("10s")
    lab.host("swarm-manage").sh("docker service update --force web-server")
    return {}
