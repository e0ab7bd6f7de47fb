"""Takes the network for the culprit."""

HINT = "firewall"
POINTS = 0


def attempt(lab):
    for host in lab.hosts:
        lab.host(host).sh("firewall-cmd --reload")
    lab.host("swarm-manage").sh("for i in 1 2 3 4 5 6; do curl -s --max-time 2 192.168.1.11:8080; done")
    return {}
