"""Believes the ping."""

HINT = "ping"
POINTS = 0


def attempt(lab):
    node2 = lab.host("node2")
    for name in ("alfa", "bravo", "charlie", "delta"):
        node2.sh(f"docker exec $(docker ps --quiet --filter name=util) ping -c 1 {name}")
    return {"well": {"alfa": "yes", "bravo": "yes", "charlie": "yes", "delta": "no"}}
