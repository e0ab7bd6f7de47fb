"""Creating a service is managing too."""


def attempt(lab):
    lab.host("node1").sh("docker service create --name web httpd:2.4")
    return {"answer": "This node is NOT A SWARM MANAGER."}
