"""Asked, and nothing said."""

HINT = "no-answer"
POINTS = 1


def attempt(lab):
    name = lab.dealt("7.3").facts
    node2 = lab.host("node2")
    node2.sh(f"docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - {name['limps']}")
    return {"well": {name["limps"]: "maybe"}}
