"""One request each, and a bit of luck."""

HINT = "lucky"
POINTS = 1


def attempt(lab):
    name = lab.dealt("7.3").facts
    node2 = lab.host("node2")
    for each in name.values():
        node2.sh(f"docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - {each}")
    return {"well": {name["limps"]: "yes", name["hangs"]: "no", name["works"]: "yes", name["empty"]: "no"}}
