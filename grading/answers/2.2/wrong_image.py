"""An image that does not exist: rejected, not pending."""

HINT = "rejected"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --detach --name web httpd:99")
    lab.advance("90s")
    return {"reason": "No such image: httpd:99"}
