"""The wrong rule out, the right one in."""

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    reason = manager.sh("docker service ps --no-trunc --format '{{.Error}}' mysql").stdout.splitlines()[0]
    manager.sh(
        "docker service update --constraint-rm node.hostname==node22 --constraint-add node.hostname==node2 mysql"
    )
    manager.sh(ASK)
    return {"reason": reason}
