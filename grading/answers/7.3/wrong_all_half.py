"""Takes a name that is not known for a service that is half well."""

HINT = "each"
POINTS = 1


def attempt(lab):
    node2 = lab.host("node2")
    node2.sh("docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - delta")
    return {"well": {"alfa": "half", "bravo": "half", "charlie": "half", "delta": "half"}}
