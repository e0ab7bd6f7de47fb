"""Two updates, and the requests from a worker."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-rm 8080:80 web-server")
    manager.sh("docker service update --publish-add mode=host,published=8080,target=80 web-server")
    for number in (11, 12, 13):
        lab.host("node1").sh(f"curl --silent 192.168.1.{number}:8080")
    return {}
