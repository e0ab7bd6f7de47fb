"""One by one: each step follows the same rule."""


def attempt(lab):
    for number in (2, 3, 4, 5):
        lab.host("swarm-manage").sh(f"docker service scale web-server={number}")
    return {"counts": {"swarm-manage": 2, "node1": 1, "node2": 2}}
