"""Back to the old version."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service rollback shop")
    return {}
