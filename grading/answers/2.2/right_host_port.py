"""Four tasks want the same port of three hosts."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    port = "mode=host,published=8080,target=80"
    manager.sh(f"docker service create --detach --name web --replicas 4 --publish {port} httpd:2.4")
    lab.advance("90s")
    errors = manager.sh("docker service ps --no-trunc --format '{{.Error}}' web").stdout
    return {"reason": next(line for line in errors.splitlines() if line)}
