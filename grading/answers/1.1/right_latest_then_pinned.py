"""A first try with latest, corrected by an update: the history counts, and the end is right."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service create --name web-server httpd:latest")
    manager.sh("docker service update --image httpd:2.4 web-server")
    return {}
