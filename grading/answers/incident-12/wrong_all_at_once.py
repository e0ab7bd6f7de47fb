"""All at once: the shop was closed."""

HINT = "two"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --force --update-parallelism 0 shop")
    lab.advance("1m")
    manager.sh("for i in 1 2 3 4 5 6; do curl -s --max-time 2 192.168.1.11:8080; done")
    return {}
