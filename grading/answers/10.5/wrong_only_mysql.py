"""Only what hurts."""

HINT = "only-mysql"
POINTS = 4

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --label-add disk=ssd node1")
    lab.advance("30s")
    manager.sh(ASK)
    return {"lost": ["mysql"]}
