"""Asks one, pings the others."""

HINT = "hung"
POINTS = 1


def attempt(lab):
    node2 = lab.host("node2")
    node2.sh("docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - charlie")
    node2.sh("docker exec $(docker ps --quiet --filter name=util) ping -c 1 bravo")
    return {"well": {"alfa": "yes", "bravo": "yes", "charlie": "yes", "delta": "no"}}
