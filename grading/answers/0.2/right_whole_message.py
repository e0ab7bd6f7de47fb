"""The whole message, as it was printed."""


def attempt(lab):
    return {"answer": lab.host("node2").sh("docker service ls").stderr}
