"""First the port, then the mode."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --publish-rm 80 web-server")
    lab.host("swarm-manage").sh("docker service update --endpoint-mode dnsrr web-server")
    return {}
