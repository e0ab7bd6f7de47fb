"""A network too many at first, and taken away; the two never meet."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    for name in ("one", "two", "three"):
        manager.sh(f"docker network create --driver overlay {name}")
    manager.sh("docker service update --network-add one --network-add two front")
    manager.sh("docker service update --network-add three util")
    manager.sh("docker service update --network-rm three --network-add two util")
    manager.sh("docker service update --network-add one back")
    return {}
