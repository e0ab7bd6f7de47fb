"""A probe of one's own, which counts."""


def attempt(lab):
    node2 = lab.host("node2")
    well = {}
    for name in ("alfa", "bravo", "charlie", "delta"):
        line = f"docker exec $(docker ps --quiet --filter name=util) wget -T 2 -q -O /dev/null {name}"
        good = sum(node2.sh(line).exit_code == 0 for _ in range(6))
        well[name] = {0: "no", 6: "yes"}.get(good, "half")
    return {"well": well}
