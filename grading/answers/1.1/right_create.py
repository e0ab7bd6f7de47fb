"""The straight way: name and pinned image; one replica is the default."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --name web-server httpd:2.4")
    return {}
