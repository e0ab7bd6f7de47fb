"""Cut the power, look when the replacement runs, wait a day."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    lab.faults.stop("node2")
    while "Down" not in manager.sh("docker node ls").stdout:  # typing it takes two seconds
        pass
    down = lab.now
    while manager.sh("docker service ps --filter desired-state=running web-server").stdout.count(" Running ") < 6:
        pass
    seconds = (lab.now - down) // 10**9
    lab.advance("25h")
    return {"seconds": seconds}
