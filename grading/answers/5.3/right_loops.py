"""One command with twenty addresses, then twenty commands."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("curl -s $(for i in $(seq 20); do echo 192.168.1.12:8080; done) > /dev/null")
    manager.sh("for i in $(seq 20); do curl -s 192.168.1.12:8080 > /dev/null; done")
    return {}
