"""One slot that has seen everything: its history has room for five."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    once = "docker service update --detach --restart-condition none"
    manager.sh("docker service create --name web httpd:2.4")
    manager.sh(f"{once} --image httpd:99 web")
    lab.advance("30s")
    manager.sh(f"{once} --image busybox:1.36 --args true web")
    lab.advance("30s")
    manager.sh(f"{once} --args false web")
    lab.advance("30s")
    return {}
