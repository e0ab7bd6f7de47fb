"""php is not on the network of the databases."""

from pathlib import Path

HINT = "networks"
POINTS = 3

STACK = Path(__file__).with_name("shop.yml").read_text(encoding="utf-8")


def attempt(lab):
    manager = lab.host("swarm-manage")
    apart = STACK.replace("networks: [front, back]", "networks: [front]")
    manager.sh(f"cat > shop.yml <<'EOF'\n{apart}EOF")
    manager.sh("docker stack deploy --detach=true -c shop.yml shop")
    lab.advance("40s")
    manager.sh("curl --fail 192.168.1.11:8080")
    return {}
