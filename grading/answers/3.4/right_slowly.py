"""One by one."""


def attempt(lab):
    for number in (2, 1, 0):
        lab.host("swarm-manage").sh(f"docker service scale --detach web-server={number}")
        lab.advance("5s")
    return {}
