"""With spaces."""


def attempt(lab):
    return {"networks": {"10.0.0": "ingress ", "172.18.0": " docker_gwbridge"}}
