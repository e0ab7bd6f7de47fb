"""Advanced, and then looked at the swarm, which takes two seconds."""

HINT = "typed-and-late"
POINTS = 0


def attempt(lab):
    lab.advance("30s")
    lab.host("swarm-manage").sh("docker node ls")
    return {}
