"""Written as 0 and 1."""


def attempt(lab):
    node = lab.host("swarm-manage").sh("docker service ps web-server --format '{{.Node}}'").stdout.strip()
    return {"reaches": {name: int(name == node) for name in lab.hosts}}
