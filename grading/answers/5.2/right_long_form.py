"""The long form, and a request from each host."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --publish-add published=8080,target=80 web-server")
    for number, name in enumerate(lab.hosts, 11):
        lab.host(name).sh(f"curl --silent http://192.168.1.{number}:8080/")
    return {}
