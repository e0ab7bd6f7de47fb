"""Takes the delay for the time of watching.  (A delay of 20 seconds would be one, for the last task: a quirk.)"""

HINT = "delay"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-delay 4s --image crash:slow web-server")
    lab.advance("1m")
    return {}
