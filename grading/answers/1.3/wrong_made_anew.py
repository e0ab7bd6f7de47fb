"""The service was removed and made again."""

HINT = "made-anew"
POINTS = 2


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, _node = manager.sh(running).stdout.split()
    manager.sh("docker service rm web-server")
    manager.sh("docker service create --name web-server httpd:2.4")
    new, _node = manager.sh(running).stdout.split()
    return {"old": old, "new": new}
