"""A node that does not exist."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --detach --name web --constraint node.hostname==node9 httpd:2.4")
    lab.advance("2m")
    return {"reason": "no suitable node (scheduling constraints not satisfied on 3 nodes)"}
