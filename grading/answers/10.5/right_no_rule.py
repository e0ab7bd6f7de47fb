"""The rule is taken away; a text instead of a list."""

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def there(manager):
    """Return the services that had a task on node2."""
    names = manager.sh("docker node ps --format '{{.Name}}' node2").stdout.split()
    return sorted({name.rpartition(".")[0] for name in names})


def attempt(lab):
    manager = lab.host("swarm-manage")
    lost = there(manager)
    manager.sh("docker service update --detach --constraint-rm node.labels.disk==ssd mysql")
    lab.advance("40s")
    manager.sh(ASK)
    return {"lost": ", ".join(lost)}
