"""The database is bound to another node."""

from pathlib import Path

HINT = "node2"
POINTS = 5

STACK = Path(__file__).with_name("shop.yml").read_text(encoding="utf-8")


def attempt(lab):
    manager = lab.host("swarm-manage")
    other = STACK.replace("node.hostname == node2", "node.hostname == node1")
    manager.sh(f"cat > shop.yml <<'EOF'\n{other}EOF")
    manager.sh("docker stack deploy --detach=true -c shop.yml shop")
    lab.advance("40s")
    manager.sh("curl --fail 192.168.1.11:8080")
    return {}
