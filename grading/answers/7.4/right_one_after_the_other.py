"""With an internal network, and other names."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker network create --driver overlay --internal data")
    manager.sh("docker network create --driver overlay shop")
    manager.sh("docker service update --network-add data front")
    manager.sh("docker service update --network-add shop front")
    manager.sh("docker service update --network-add data back")
    manager.sh("docker service update --network-add shop util")
    return {}
