"""A first try with the wrong port, corrected."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    wrong = "mode=host,published=80,target=80"
    manager.sh(f"docker service update --publish-rm 80 --publish-add {wrong} web-server")
    right = "mode=host,published=8080,target=80"
    manager.sh(f"docker service update --publish-rm {wrong} --publish-add {right} web-server")
    for number in (11, 12, 13):
        manager.sh(f"curl http://192.168.1.{number}:8080")
    return {}
