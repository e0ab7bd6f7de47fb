"""The ports of the services are opened."""

HINT = "published-port"
POINTS = 0

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    door = lab.dealt("10.6").facts["host"]
    for port in (8080, 9000):
        lab.host(door).sh(f"firewall-cmd --add-port={port}/tcp")
    manager.sh(ASK)
    return {"door": f"{door} 9000/tcp"}
