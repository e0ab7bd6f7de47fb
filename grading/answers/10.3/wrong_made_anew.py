"""The service was removed and made anew."""

HINT = "same"
POINTS = 4

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"

REASON = "no suitable node (scheduling constraints not satisfied on 3 nodes)"


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm mysql")
    manager.sh(
        "docker service create --name mysql --network back --secret db_password --env MYSQL_DATABASE=shop "
        "--env MYSQL_ROOT_PASSWORD_FILE=/run/secrets/db_password --constraint node.hostname==node2 mysql:8.4"
    )
    lab.advance("10s")
    manager.sh(ASK)
    return {"reason": REASON}
