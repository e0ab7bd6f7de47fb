"""All four were there, and then everything was removed."""

HINT = "complete-gone"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    once = "docker service create --detach --restart-condition none --name"
    manager.sh(f"{once} complete busybox:1.36 true")
    manager.sh(f"{once} failed busybox:1.36 false")
    lab.advance("10s")
    manager.sh("docker service rm complete failed")
    lab.advance("10s")
    return {}
