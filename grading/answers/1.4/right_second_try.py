"""Without the name of the program at first; goes back, and then does it well."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    before = manager.sh("docker service ps --quiet web-server").stdout.split()
    manager.sh('docker service update --detach --args "-e debug" web-server')
    lab.advance("10s")
    manager.sh("docker service rollback web-server")
    manager.sh('docker service update --args "httpd-foreground -e debug" web-server')
    running = manager.sh("docker service ps --quiet --filter desired-state=running web-server").stdout.split()
    return {"replaced": [id for id in before if id not in running]}
