"""A version that does not exist: the tasks are rejected."""

HINT = "cannot-be-pulled"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --detach --name web-server httpd:99")
    lab.advance("12s")
    return {}
