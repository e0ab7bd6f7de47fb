"""Whatever is made anew goes where the fewest are."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability active node1; docker node update --availability active node2")
    for _ in range(4):
        manager.sh("docker kill $(docker ps -q -f name=shop. | head -n 1)")
        lab.advance("10s")
    return {}
