"""Repaired, and believed."""

HINT = "tried"
POINTS = 4


def there(manager):
    """Return the services that had a task on node2."""
    names = manager.sh("docker node ps --format '{{.Name}}' node2").stdout.split()
    return sorted({name.rpartition(".")[0] for name in names})


def attempt(lab):
    manager = lab.host("swarm-manage")
    lost = there(manager)
    manager.sh("docker node update --label-add disk=ssd node1")
    lab.advance("30s")
    return {"lost": lost}
