"""The services first, connected by updates, and the names of the tasks asked for as well."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    node2 = lab.host("node2")
    manager.sh("docker service create --name my-web --replicas 3 httpd:2.4")
    manager.sh("docker service create --name util --constraint node.hostname==node2 busybox:1.36 sleep 10000")
    manager.sh("docker network create -d overlay --attachable my-net")
    manager.sh("docker service update --network-add my-net my-web")
    manager.sh("docker service update --network-add my-net util")
    node2.sh("docker exec $(docker ps -q --filter name=util) nslookup tasks.my-web")
    node2.sh("docker exec $(docker ps -q --filter name=util) nslookup my-web")
    return {}
