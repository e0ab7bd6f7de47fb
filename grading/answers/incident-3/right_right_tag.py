"""On to the version that was meant."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --quiet --image httpd:2.4.65 shop")
    return {}
