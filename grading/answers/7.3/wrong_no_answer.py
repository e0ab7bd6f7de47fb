"""Asked, and nothing said."""

HINT = "no-answer"
POINTS = 1


def attempt(lab):
    node2 = lab.host("node2")
    node2.sh("docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - alfa")
    return {"well": {"alfa": "maybe"}}
