"""Made anew."""

HINT = "same"
POINTS = 4


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm tiny")
    lab.advance("10s")
    manager.sh("docker service create --name tiny --replicas 3 --network small httpd:2.4")
    manager.sh("docker service scale --detach tiny=10")
    lab.advance("30s")
    manager.sh("docker service scale tiny=9")
    return {"fit": 9}
