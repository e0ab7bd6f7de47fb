"""New tasks for everything."""

HINT = "services-changed"
POINTS = 1

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    door = lab.dealt("10.6").facts["host"]
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --force web")
    manager.sh("docker service update --detach --force php")
    lab.advance("1m")
    manager.sh(ASK)
    return {"door": f"{door} 4789/udp"}
