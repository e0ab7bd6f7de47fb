"""Removed and made anew."""

HINT = "same"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm agent")
    manager.sh(
        "docker service create --quiet --name agent --replicas 3 --publish mode=host,published=9101,target=80 httpd:2.4"
    )
    return {}
