"""Takes a name that is not known for a service that is half well."""

HINT = "each"
POINTS = 1


def attempt(lab):
    name = lab.dealt("7.3").facts
    node2 = lab.host("node2")
    node2.sh(f"docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - {name['empty']}")
    return {"well": {name["limps"]: "half", name["hangs"]: "half", name["works"]: "half", name["empty"]: "half"}}
