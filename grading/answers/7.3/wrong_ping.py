"""Believes the ping."""

HINT = "ping"
POINTS = 0


def attempt(lab):
    name = lab.dealt("7.3").facts
    node2 = lab.host("node2")
    for each in name.values():
        node2.sh(f"docker exec $(docker ps --quiet --filter name=util) ping -c 1 {each}")
    return {"well": {name["limps"]: "yes", name["hangs"]: "yes", name["works"]: "yes", name["empty"]: "no"}}
