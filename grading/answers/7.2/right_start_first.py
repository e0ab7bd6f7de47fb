"""The new ones first; the address is asked for from a container on the network."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    manager.sh("docker service update --update-order start-first --force my-web")
    manager.sh(
        "docker service create --name util --network my-net --constraint node.hostname==node1 busybox:1.36 sleep 10000"
    )
    said = node1.sh("docker exec $(docker ps --quiet --filter name=util) nslookup my-web").stdout
    return {"vip": said.split()[-1] if said.split()[-1][0].isdigit() else said.split("Address: ")[1].split()[0]}
