"""Both at once."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node promote node1 node2")
    lab.advance("45s")  # on real engines the second one may take half a minute
    return {"may_fail": 1}
