"""Takes the mesh for a network of the service."""

HINT = "names"
POINTS = 0


def attempt(lab):
    return {"networks": {"10.0.0": "web-server", "172.18.0": "docker_gwbridge"}}
