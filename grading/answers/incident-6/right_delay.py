"""The update waits no longer."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --update-delay 0s shop")
    lab.advance("2m")
    return {}
