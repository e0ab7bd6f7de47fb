"""Both are put on a network for this."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker network create --driver overlay web-net")
    manager.sh("docker service update --quiet --network-add web-net front")
    manager.sh("docker service update --quiet --network-add web-net back")
    lab.host("node1").sh("docker exec $(docker ps -q -f name=front) wget -q -O - http://back")
    return {}
