"""With the protocol, and the answer as a decimal."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-rm=8080 web-server")
    manager.sh("docker service update --publish-rm 80/tcp web-server")
    return {"port": 80.0}
