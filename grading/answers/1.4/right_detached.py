"""Looks afterwards which tasks were shut down; short ids, as a text."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh('docker service update --detach --args "httpd-foreground -X" web-server')
    lab.advance("30s")
    ids = manager.sh("docker service ps --quiet --filter desired-state=shutdown web-server").stdout.split()
    return {"replaced": ", ".join(ids)}
