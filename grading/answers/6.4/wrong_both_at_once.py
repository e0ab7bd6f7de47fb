"""Both tasks replaced at once."""

HINT = "break"
POINTS = 3


def attempt(lab):
    lab.host("swarm-manage").sh(
        "docker service update --update-parallelism 0 --publish-rm 80 --endpoint-mode dnsrr web-server"
    )
    lab.advance("5s")
    return {}
