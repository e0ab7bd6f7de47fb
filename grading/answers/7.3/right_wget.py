"""Asks each four times."""


def attempt(lab):
    node2 = lab.host("node2")
    for name in ("alfa", "bravo", "charlie", "delta"):
        for _ in range(4):
            node2.sh(f"docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - {name}")
    return {"well": {"alfa": "half", "bravo": "no", "charlie": "yes", "delta": "no"}}
