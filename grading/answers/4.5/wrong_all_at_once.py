"""All tasks replaced at once."""

HINT = "dip"
POINTS = 3


def attempt(lab):
    lab.host("node2").sh("systemctl start docker")
    lab.advance("90s")
    lab.host("swarm-manage").sh("docker service update --force --update-parallelism 0 web-server")
    lab.advance("10s")
    return {}
