"""The machine is taken out of use."""

HINT = "drained"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability drain node2")
    lab.advance("20s")
    manager.sh("for i in 1 2 3 4 5 6; do curl -s --max-time 2 192.168.1.11:8080; done")
    return {}
