"""Scaled in, capped, and scaled out again; the reason is read."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=3")
    manager.sh("docker service update --replicas-max-per-node=1 web-server")
    manager.sh("docker service scale --detach web-server=4")
    lab.advance("10s")
    said = manager.sh("docker service ps --no-trunc --format '{{.Error}}' web-server").stdout
    return {"reason": said}
