"""Any pinned image will do; whoever does not wait has to let time pass."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --detach --replicas 1 --name web-server nginx:1.28")
    lab.advance("20s")
    return {}
