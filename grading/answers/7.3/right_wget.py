"""Asks each four times."""


def attempt(lab):
    name = lab.dealt("7.3").facts
    node2 = lab.host("node2")
    for each in name.values():
        for _ in range(4):
            node2.sh(f"docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - {each}")
    return {"well": {name["limps"]: "half", name["hangs"]: "no", name["works"]: "yes", name["empty"]: "no"}}
