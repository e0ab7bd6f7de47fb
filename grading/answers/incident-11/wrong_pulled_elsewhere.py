"""The image is pulled on another machine."""

HINT = "pulled"
POINTS = 0


def attempt(lab):
    lab.host("node1").sh("docker pull --quiet nginx:1.29")
    lab.advance("1m")
    return {}
