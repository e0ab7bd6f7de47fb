"""`back` is put on the network of `front`."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --quiet --network-add front-net back")
    lab.host("node1").sh("docker exec $(docker ps -q -f name=front) wget -q -O - http://back")
    return {}
