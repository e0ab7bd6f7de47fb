"""The store waits until its zone is there."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service create --detach --name data-store --constraint 'node.labels.zone == b' redis:8.2")
    manager.sh("docker node update --label-add zone=b node2")
    manager.sh("docker node update --label-add zone=a node1")
    manager.sh("docker node update --label-add zone=a swarm-manage")
    manager.sh(
        "docker service create --name web-server --placement-pref spread=node.labels.zone --replicas=6 httpd:2.4"
    )
    return {}
