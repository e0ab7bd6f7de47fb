"""Tried from each host."""


def attempt(lab):
    node = lab.host("swarm-manage").sh("docker service ps web-server --format '{{.Node}}'").stdout.strip()
    inside = "docker exec $(docker ps --quiet --filter name=web-server) hostname -i"
    address = lab.host(node).sh(inside).stdout.strip()
    asked = {name: lab.host(name).sh(f"curl --max-time 3 {address}") for name in lab.hosts}
    return {"reaches": {name: result.exit_code == 0 for name, result in asked.items()}}
