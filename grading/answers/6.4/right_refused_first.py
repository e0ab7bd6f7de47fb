"""Refused at first, read, and done."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --endpoint-mode dnsrr web-server")
    lab.host("swarm-manage").sh("docker service update --endpoint-mode=dnsrr --publish-rm 8080:80 web-server")
    return {}
