"""The check is asked more often."""

HINT = "patience"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --health-retries 5 api")
    lab.advance("2m")
    return {}
