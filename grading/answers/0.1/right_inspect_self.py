"""The manager inspects itself."""


def attempt(lab):
    return {"answer": lab.host("swarm-manage").sh("docker node inspect self --format '{{.ID}}'").stdout.strip()}
