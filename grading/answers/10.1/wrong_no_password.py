"""The database has no password, and does not start."""

from pathlib import Path

HINT = "does-not-start"
POINTS = 2

STACK = Path(__file__).with_name("shop.yml").read_text(encoding="utf-8")


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    without = STACK.replace("MYSQL_ROOT_PASSWORD_FILE", "MYSQL_ROOT_PASSWORD_FILES")
    manager.sh(f"cat > shop.yml <<'EOF'\n{without}EOF")
    manager.sh("docker stack deploy --detach=true -c shop.yml shop")
    lab.advance("40s")
    node1.sh("curl --fail 192.168.1.12:8080")
    return {}
