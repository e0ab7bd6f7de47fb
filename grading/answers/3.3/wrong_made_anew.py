"""A new service of the same name beside the old one's end."""

HINT = "made-anew-dip"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm web-server")
    manager.sh("docker service create --name web-server --replicas 6 httpd:2.4")
    lab.advance("10s")
    return {}
