"""Removed and made anew in host mode."""

HINT = "made-anew"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm web-server")
    lab.advance("5s")
    manager.sh(
        "docker service create --name web-server --replicas 2 --publish mode=host,published=8080,target=80 httpd:2.4"
    )
    for number in (11, 12, 13):
        manager.sh(f"curl 192.168.1.{number}:8080")
    return {}
