"""The name of the one that is well."""

HINT = "other-container"
POINTS = 3

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    name = manager.sh(
        "docker service ps --no-trunc --format '{{.Name}}.{{.ID}}' --filter name=php.1 php"
    ).stdout.split()[0]
    manager.sh("docker service update --detach --force php")
    lab.advance("90s")
    manager.sh(ASK)
    return {"container": name}
