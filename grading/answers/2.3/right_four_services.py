"""A service for each ending."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    once = "docker service create --detach --restart-condition none --name"
    manager.sh(f"{once} complete busybox:1.36 true")
    manager.sh(f"{once} failed busybox:1.36 false")
    manager.sh(f"{once} rejected httpd:99")
    manager.sh("docker service create --name shut httpd:2.4")
    manager.sh("docker service update --force shut")
    lab.advance("10s")
    return {}
