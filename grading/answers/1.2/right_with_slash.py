"""As docker inspect writes it, with a slash in front."""


def attempt(lab):
    task = lab.host("swarm-manage").sh("docker service ps web-server --no-trunc --quiet").stdout.strip()
    return {"answer": f" /web-server.1.{task} "}
