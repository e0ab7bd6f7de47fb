"""No check at all."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --no-healthcheck api")
    lab.advance("2m")
    return {}
