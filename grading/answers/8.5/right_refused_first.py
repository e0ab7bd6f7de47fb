"""Refused at first, read, and done."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-rm 80 --publish-add 8080:80 charlie")
    manager.sh("docker service update --publish-rm mode=host,target=80 --publish-add 8080:80 charlie")
    manager.sh("docker service update --detach --reserve-memory 536870912 alfa")
    manager.sh("docker node update --label-add disk=ssd node2")
    lab.advance("30s")
    return {}
