"""The name of the old tutorial, with an underscore."""

HINT = "other-name"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --name web_server httpd:2.4")
    return {}
