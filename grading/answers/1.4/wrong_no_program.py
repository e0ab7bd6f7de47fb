"""The argument without the program: the new task cannot start."""

HINT = "does-not-start"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh('docker service update --detach --args "--debug" web-server')
    lab.advance("10s")
    return {"replaced": []}
