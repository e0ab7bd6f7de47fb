"""Known from the lesson, written as words."""


def attempt(lab):
    node = lab.host("swarm-manage").sh("docker service ps web-server --format '{{.Node}}'").stdout.strip()
    return {"reaches": {name: "yes" if name == node else "No" for name in lab.hosts}}
