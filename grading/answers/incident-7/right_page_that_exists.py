"""The check asks for a page that there is."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --health-cmd 'curl -f http://127.0.0.1/ || exit 1' api")
    lab.advance("2m")
    return {}
