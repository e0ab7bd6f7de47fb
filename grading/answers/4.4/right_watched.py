"""Watched second by second."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    lab.host("node2").sh("systemctl stop docker")
    stopped = lab.now
    while "Down" not in manager.sh("docker node ls").stdout:
        pass
    seconds = (lab.now - stopped) // 10**9
    lab.advance("1m")
    replicas = manager.sh("docker service ls --format '{{.Replicas}}'").stdout.strip()
    return {"seconds": seconds, "replicas": replicas}
