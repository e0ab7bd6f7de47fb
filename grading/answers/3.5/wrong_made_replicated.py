"""Made it anew as a replicated service."""

HINT = "made-anew"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    reason = manager.sh("docker service scale watcher=2").stderr
    manager.sh("docker service rm watcher")
    manager.sh("docker service create --name watcher --replicas 2 nginx:1.28")
    return {"reason": reason or "replicated"}
