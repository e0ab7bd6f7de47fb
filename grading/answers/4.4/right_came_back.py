"""Measured, noted, and the engine started again."""


def attempt(lab):
    lab.host("node2").sh("systemctl stop docker")
    lab.advance("90s")
    replicas = lab.host("swarm-manage").sh("docker service ls --format '{{.Replicas}}'").stdout.strip()
    lab.host("node2").sh("systemctl start docker")
    lab.advance("30s")
    return {"seconds": 12.5, "replicas": replicas}
