"""Asks one, pings the others."""

HINT = "hung"
POINTS = 1


def attempt(lab):
    name = lab.dealt("7.3").facts
    node2 = lab.host("node2")
    node2.sh(f"docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - {name['works']}")
    node2.sh(f"docker exec $(docker ps --quiet --filter name=util) ping -c 1 {name['hangs']}")
    return {"well": {name["limps"]: "yes", name["hangs"]: "yes", name["works"]: "yes", name["empty"]: "no"}}
