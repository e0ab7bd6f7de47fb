"""Takes the constraint away."""

HINT = "constraint-gone"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --reserve-memory 512M alfa")
    manager.sh(
        "docker service update --constraint-rm node.labels.disk==ssd --constraint-add node.hostname==node1 bravo"
    )
    return {}
