"""Any change of the task's definition replaces the tasks."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --env-add ROUND=2 web-server")
    lab.advance("10s")
    return {}
