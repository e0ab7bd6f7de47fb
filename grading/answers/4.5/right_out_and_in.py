"""Started, waited, scaled out and in."""


def attempt(lab):
    lab.host("node2").sh("systemctl start docker")
    lab.advance("2m")
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=9")
    manager.sh("docker service scale web-server=6")
    return {}
