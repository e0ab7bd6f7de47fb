"""Scale it, and hand in the message."""


def attempt(lab):
    return {"reason": lab.host("swarm-manage").sh("docker service scale watcher=2").stdout or "replicated"}
