"""curl's own way to ask for many pages: a range in the address."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("curl -s 'http://192.168.1.13:8080/?page=[1-20]'")
    manager.sh("for i in $(seq 25); do curl -s 192.168.1.13:8080; done")
    return {}
