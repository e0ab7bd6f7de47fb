"""Another one is killed."""

HINT = "answered"
POINTS = 0


def attempt(lab):
    for host in lab.hosts:
        lab.host(host).sh("docker kill $(docker ps -q -f name=shop.1.)")
    lab.advance("20s")
    lab.host("swarm-manage").sh("for i in 1 2 3 4 5 6; do curl -s --max-time 2 192.168.1.11:8080; done")
    return {}
