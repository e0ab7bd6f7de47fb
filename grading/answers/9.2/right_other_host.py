"""From node2, with an update, and a request before the election."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    node2 = lab.host("node2")
    manager.sh("systemctl stop docker")
    node2.sh("curl --max-time 5 192.168.1.13:8080")
    lab.advance("1m")
    node2.sh("curl 192.168.1.13:8080")
    node2.sh("docker service update --detach --replicas 5 web-server")
    lab.advance("1m")
    return {}
