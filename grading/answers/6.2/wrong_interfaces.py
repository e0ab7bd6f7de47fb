"""The names of the interfaces."""

HINT = "names"
POINTS = 0


def attempt(lab):
    return {"networks": {"10.0.0": "eth0", "172.18.0": "eth1"}}
