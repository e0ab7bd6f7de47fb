"""Deployed without the rule for the database at first, then again from the corrected file."""

from pathlib import Path

STACK = Path(__file__).with_name("shop.yml").read_text(encoding="utf-8")


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    wrong = STACK.replace(", placement: {constraints: [node.hostname == node2]}", "")
    manager.sh(f"cat > shop.yml <<'EOF'\n{wrong}EOF")
    manager.sh("docker stack deploy --detach=true -c shop.yml shop")
    lab.advance("30s")
    manager.sh(f"cat > shop.yml <<'EOF'\n{STACK}EOF")
    manager.sh("docker stack deploy --detach=true -c shop.yml shop")
    lab.advance("40s")
    node1.sh("curl -s -f http://192.168.1.12:8080/")
    return {}
