"""A new swarm that knows nothing."""

HINT = "forgotten"
POINTS = 0


def attempt(lab):
    lab.host("node2").sh("docker swarm leave --force")
    lab.host("node2").sh("docker swarm init --advertise-addr 192.168.1.13")
    lab.advance("1m")
    return {}
