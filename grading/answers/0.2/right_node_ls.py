"""The list of nodes, asked of node1."""


def attempt(lab):
    lab.host("node1").sh("docker node ls")
    return {"answer": "not a swarm manager"}
