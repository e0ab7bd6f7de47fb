"""In own words, with the word that counts."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale watcher=1")
    return {"reason": "it is only for Replicated services"}
