"""The new ones first."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-order start-first --image httpd:2.4.65 web-server")
    return {}
