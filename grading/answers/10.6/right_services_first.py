"""Blames a service first."""

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    door = lab.dealt("10.6").facts["host"]
    manager.sh("docker service update --detach --force redis")
    lab.advance("30s")
    manager.sh(ASK)
    lab.host(door).sh("firewall-cmd --add-port=4789/udp")
    lab.advance("20s")
    manager.sh(ASK)
    return {"door": f"{door}, 4789/udp"}
