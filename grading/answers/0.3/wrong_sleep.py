"""sleep on a host: 28 seconds, and two for typing it."""

HINT = "typed"
POINTS = 1


def attempt(lab):
    lab.host("node1").sh("sleep 28")
    return {}
