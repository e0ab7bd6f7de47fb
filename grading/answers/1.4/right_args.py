"""The whole command line in --args; whole ids."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    before = manager.sh("docker service ps --no-trunc --quiet web-server").stdout.split()
    manager.sh('docker service update --args "httpd-foreground -e debug" web-server')
    return {"replaced": before}
