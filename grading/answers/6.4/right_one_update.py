"""Both changes in one update."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --publish-rm 80 --endpoint-mode dnsrr web-server")
    return {}
