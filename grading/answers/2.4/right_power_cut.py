"""Cut the power, look when the replacement runs, wait a day."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    lab.faults.stop("node2")
    while "Down" not in manager.sh("docker node ls").stdout:
        lab.advance("1s")
    down = lab.now
    while "3/3" in manager.sh("docker service ls").stdout:
        lab.advance("1s")
    while manager.sh("docker service ps --filter desired-state=running web-server").stdout.count(" Running ") < 6:
        lab.advance("1s")
    seconds = (lab.now - down) // 10**9
    lab.advance("25h")
    return {"seconds": seconds}
