"""A cap, and an update that replaces the tasks."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --replicas-max-per-node 1 --force web-server")
    lab.advance("1m")
    return {"reason": "no suitable node (max replicas per node limit exceed)"}
