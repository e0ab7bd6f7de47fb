"""As a text, and scaled with an update."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --replicas 3 web-server")
    return {"slots": "6, 1 and 5".replace(" and", ",")}
