"""The label is put on another machine."""

HINT = "anywhere"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker node update --label-add disk=sdd node1")
    lab.advance("10s")
    return {}
