"""A forced update replaces one task after the other."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --force web-server")
    lab.advance("10s")
    return {}
