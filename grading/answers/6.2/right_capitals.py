"""In capitals."""


def attempt(lab):
    return {"networks": {"10.0.0": "Ingress", "172.18.0": "DOCKER_GWBRIDGE"}}
