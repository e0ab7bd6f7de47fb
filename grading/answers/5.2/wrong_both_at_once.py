"""Both tasks replaced at the same time."""

HINT = "break"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-parallelism 2 --publish-add 8080:80 web-server")
    for number in (11, 12, 13):
        manager.sh(f"curl 192.168.1.{number}:8080")
    return {}
