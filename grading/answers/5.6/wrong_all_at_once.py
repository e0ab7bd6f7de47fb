"""Both tasks replaced at once."""

HINT = "break"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-rm 8080 web-server")
    manager.sh("docker service update --update-parallelism 0 --publish-rm 80 web-server")
    lab.advance("5s")
    return {"port": 80}
