"""Takes the address of a task for that of the service."""

HINT = "of-a-task"
POINTS = 4


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --force my-web")
    task = manager.sh("docker service ps --filter desired-state=running --quiet my-web").stdout.split()[0]
    said = manager.sh("docker inspect --format '{{(index (index .NetworksAttachments 0).Addresses 0)}}' " + task).stdout
    return {"vip": said.strip()}
