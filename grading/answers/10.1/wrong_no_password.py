"""The database has no password, and does not start."""

HINT = "does-not-start"
POINTS = 2

STACK = """services:
  web:
    {image: "nginx:1.29", ports: ["8080:80"], networks: [front], deploy: {replicas: 2},
     configs: [{source: conf, target: /etc/nginx/conf.d/default.conf}]}
  php:
    {image: "lnmp/php:8.5", networks: [front, back], deploy: {replicas: 2}, secrets: [password],
     environment: {MYSQL_DATABASE: shop, MYSQL_PASSWORD_FILE: /run/secrets/password}}
  redis: {image: "redis:8.2", networks: [back]}
  mysql:
    {image: "mysql:8.4", networks: [back], secrets: [password],
     deploy: {replicas: 1, placement: {constraints: [node.hostname == node2]}},
     environment: {MYSQL_DATABASE: shop, MYSQL_ROOT_PASSWORD_FILE: /run/secrets/password}}
networks: {front: {}, back: {}}
configs: {conf: {file: ./web.conf}}
secrets: {password: {file: ./password.txt}}
"""


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    without = STACK.replace("MYSQL_ROOT_PASSWORD_FILE", "MYSQL_ROOT_PASSWORD_FILES")
    manager.sh(f"cat > shop.yml <<'EOF'\n{without}EOF")
    manager.sh("docker stack deploy --detach=true -c shop.yml shop")
    lab.advance("40s")
    node1.sh("curl --fail 192.168.1.12:8080")
    return {}
