"""The stack has another name."""

from pathlib import Path

HINT = "runs"
POINTS = 0

STACK = Path(__file__).with_name("shop.yml").read_text(encoding="utf-8")


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(f"cat > shop.yml <<'EOF'\n{STACK}EOF")
    manager.sh("docker stack deploy --detach=true -c shop.yml store")
    lab.advance("40s")
    manager.sh("curl 192.168.1.11:8080")
    return {}
