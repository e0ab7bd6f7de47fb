"""One task is killed."""

HINT = "one-killed"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    node = manager.sh("docker service ps --filter desired-state=running --format '{{.Node}}' my-web").stdout.split()[0]
    lab.host(node).sh("docker kill $(docker ps --quiet --filter name=my-web)")
    lab.advance("15s")
    return {}
