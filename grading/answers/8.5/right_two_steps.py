"""The port in two steps, in another order."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --label-add disk=ssd node2")
    manager.sh("docker service update --detach --publish-rm mode=host,published=8080,target=80 charlie")
    manager.sh("docker service update --publish-add published=8080,target=80 charlie")
    manager.sh("docker service update --reserve-memory=512MB --limit-memory=1G alfa")
    lab.advance("20s")
    return {}
