"""Removed and made anew with a cap."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm web-server")
    manager.sh("docker service create --detach --name web-server --replicas 4 --replicas-max-per-node 1 httpd:2.4")
    lab.advance("20s")
    return {"reason": '"no suitable node (Max replicas per node limit exceed)"'}
