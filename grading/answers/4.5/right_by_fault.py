"""The engine is started from the lab; any change of the definition replaces the tasks."""


def attempt(lab):
    lab.faults.start_engine("node2")
    lab.advance("90s")
    lab.host("swarm-manage").sh("docker service update --env-add ROUND=2 web-server")
    return {}
