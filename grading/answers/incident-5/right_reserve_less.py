"""As much is reserved as a task takes."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --reserve-memory 512M search")
    lab.advance("1m")
    return {}
