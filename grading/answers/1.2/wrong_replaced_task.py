"""The right name, but of a task that has been replaced since the exercise began."""

HINT = "other-container"
POINTS = 0


def attempt(lab):
    task = lab.host("swarm-manage").sh("docker service ps web-server --no-trunc --quiet").stdout.strip()
    lab.host("swarm-manage").sh("docker service rm web-server")
    lab.host("swarm-manage").sh("docker service create --name web-server httpd:2.4")
    return {"answer": "web-server.1." + task[::-1]}
