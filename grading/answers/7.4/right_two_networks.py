"""Two networks, front on both."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker network create --driver overlay front-net")
    manager.sh("docker network create --driver overlay back-net")
    manager.sh("docker service update --network-add back-net back")
    manager.sh("docker service update --network-add back-net --network-add front-net front")
    manager.sh("docker service update --network-add front-net util")
    lab.reachability(["util.1", "front.1", "back.1"], ["front:80", "back:80"])
    return {}
