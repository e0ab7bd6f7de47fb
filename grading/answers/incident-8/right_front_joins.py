"""`front` is put on the network of `back`."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --quiet --network-add back-net front")
    lab.host("node1").sh("docker exec $(docker ps -q -f name=front) wget -q -O - http://back")
    return {}
