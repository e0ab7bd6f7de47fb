"""One update takes the port away and adds it again in host mode."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-rm 80 --publish-add mode=host,published=8080,target=80 web-server")
    for number in (11, 12, 13):
        manager.sh(f"curl 192.168.1.{number}:8080")
    return {}
