"""One request each, and a bit of luck."""

HINT = "lucky"
POINTS = 1


def attempt(lab):
    node2 = lab.host("node2")
    for name in ("alfa", "bravo", "charlie", "delta"):
        node2.sh(f"docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - {name}")
    return {"well": {"alfa": "yes", "bravo": "no", "charlie": "yes", "delta": "no"}}
