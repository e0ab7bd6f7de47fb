"""Another host gets the label."""

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def there(manager):
    """Return the services that had a task on node2."""
    names = manager.sh("docker node ps --format '{{.Name}}' node2").stdout.split()
    return sorted({name.rpartition(".")[0] for name in names})


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    manager.sh("docker node update --label-add disk=ssd node1")
    lab.advance("30s")
    node1.sh(ASK)
    return {"lost": there(manager)}
