"""Off and on again, with the right order."""

HINT = "dip"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=0")
    manager.sh("docker service update --update-order start-first --image httpd:2.4.65 web-server")
    manager.sh("docker service scale web-server=3")
    return {}
