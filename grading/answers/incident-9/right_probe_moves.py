"""`probe` moves, and `agent` gets its port."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service update --quiet --publish-rm mode=host,published=9100,target=80 --publish-add "
        "mode=host,published=9101,target=80 probe"
    )
    lab.advance("30s")
    return {}
