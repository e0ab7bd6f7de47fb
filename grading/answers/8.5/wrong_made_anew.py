"""Removed and made anew."""

HINT = "same"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --label-add disk=ssd node2")
    manager.sh("docker service update --publish-rm mode=host,target=80 --publish-add 8080:80 charlie")
    manager.sh("docker service rm alfa")
    manager.sh("docker service create --name alfa --reserve-memory 512M httpd:2.4")
    lab.advance("10s")
    return {}
