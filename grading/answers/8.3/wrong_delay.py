"""Takes the delay for the time of watching."""

HINT = "delay"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-delay 20s --image crash:slow web-server")
    lab.advance("1m")
    return {}
