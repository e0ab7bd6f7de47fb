"""The first 12 characters, from the list."""


def attempt(lab):
    lines = lab.host("swarm-manage").sh("docker node ls").stdout.splitlines()
    return {"answer": next(line for line in lines if "Leader" in line)[:12]}
