"""The firsts of both nodes, and the second of node1."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=3")
    return {"slots": [1, 2, 5]}
