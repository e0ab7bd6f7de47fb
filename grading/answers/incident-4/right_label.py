"""The label is spelled as the constraint is."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker node update --label-add disk=sdd node2")
    lab.advance("10s")
    return {}
