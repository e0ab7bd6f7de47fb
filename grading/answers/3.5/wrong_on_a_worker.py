"""On a worker it fails for another reason."""

HINT = "on-a-worker"
POINTS = 0


def attempt(lab):
    lab.host("node1").sh("docker service scale watcher=2")
    return {"reason": "not a swarm manager"}
