"""`agent` takes another port of the machines."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service update --detach --publish-rm mode=host,published=9100,target=80 --publish-add "
        "mode=host,published=9101,target=80 agent"
    )
    lab.advance("30s")
    return {}
