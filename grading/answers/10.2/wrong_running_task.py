"""The id of a task that runs."""

HINT = "running-task"
POINTS = 4

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rollback php")
    manager.sh(ASK)
    return {"task": manager.sh("docker service ps --quiet --filter desired-state=running php").stdout.split()[0]}
