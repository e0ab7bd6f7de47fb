"""Started, waited, replaced one by one."""


def attempt(lab):
    lab.host("node2").sh("systemctl start docker")
    lab.advance("90s")
    lab.host("swarm-manage").sh("docker service update --force web-server")
    return {}
