"""With a delay as well, so that only one task is harmed."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --update-monitor 15s --update-delay 15s --image crash:slow web-server")
    lab.advance("2m")
    return {}
