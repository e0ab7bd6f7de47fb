"""One after the other."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    for number in range(4, 11):
        manager.sh(f"docker service scale --detach tiny={number}")
        lab.advance("10s")
    manager.sh("docker service ps tiny")
    manager.sh("docker service scale tiny=9")
    return {"fit": 9}
