"""`agent` is reached through the mesh."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service update --detach --publish-rm mode=host,published=9100,target=80 --publish-add 9101:80 agent"
    )
    lab.advance("30s")
    return {}
