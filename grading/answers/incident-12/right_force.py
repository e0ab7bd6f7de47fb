"""All tasks are made anew, one by one."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --force shop")
    lab.advance("2m")
    manager.sh("for i in 1 2 3 4 5 6; do curl -s --max-time 2 192.168.1.11:8080; done")
    return {}
