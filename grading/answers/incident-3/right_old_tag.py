"""Back, by naming the old version."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --quiet --image httpd:2.4.64 shop")
    return {}
