"""One network for all: the page comes, and the web can reach the data."""

from pathlib import Path

HINT = "one-network"
POINTS = 4

STACK = Path(__file__).with_name("shop.yml").read_text(encoding="utf-8")


def attempt(lab):
    manager = lab.host("swarm-manage")
    flat = STACK.replace("networks: [front, back]", "networks: [front]").replace(
        "networks: [back]", "networks: [front]"
    )
    manager.sh(f"cat > shop.yml <<'EOF'\n{flat}EOF")
    manager.sh("docker stack deploy --detach=true -c shop.yml shop")
    lab.advance("40s")
    manager.sh("curl --fail 192.168.1.11:8080")
    return {}
