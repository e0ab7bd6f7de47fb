"""The manager by its other name, self."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    node = manager.sh("docker node inspect self --format '{{.ID}}'").stdout.strip()
    manager.sh(f"docker node update --availability=drain {node}")
    lab.advance("15s")
    return {}
