"""The firsts of both nodes, and the second of node2."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=3")
    return {"slots": [1, 5, 6]}
