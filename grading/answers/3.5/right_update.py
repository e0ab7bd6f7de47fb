"""The same with an update."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --replicas 2 watcher")
    return {"reason": "replicated or replicated-job mode"}
