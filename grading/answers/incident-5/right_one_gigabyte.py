"""A generous gigabyte, with a limit as well."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --reserve-memory 1G --limit-memory 1G search")
    lab.advance("1m")
    return {}
