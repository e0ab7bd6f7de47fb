"""Made anew, without the rule."""

HINT = "same"
POINTS = 4

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def there(manager):
    """Return the services that had a task on node2."""
    names = manager.sh("docker node ps --format '{{.Name}}' node2").stdout.split()
    return sorted({name.rpartition(".")[0] for name in names})


def attempt(lab):
    manager = lab.host("swarm-manage")
    lost = there(manager)
    manager.sh("docker service rm mysql")
    manager.sh(
        "docker service create --name mysql --network back --secret db_password --env MYSQL_DATABASE=shop "
        "--env MYSQL_ROOT_PASSWORD_FILE=/run/secrets/db_password mysql:8.4"
    )
    lab.advance("10s")
    manager.sh(ASK)
    return {"lost": lost}
