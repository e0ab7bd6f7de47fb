"""The same services made one by one, with the names of the stack."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    for name in ("front", "back"):
        manager.sh(f"docker network create --driver overlay {name}")
    manager.sh("docker config create conf web.conf; docker secret create password password.txt")
    create = "docker service create --detach --env MYSQL_DATABASE=shop --secret password"
    manager.sh(
        f"{create} --name shop_mysql --network name=back,alias=mysql --constraint node.hostname==node2 "
        "--env MYSQL_ROOT_PASSWORD_FILE=/run/secrets/password mysql:8.4"
    )
    manager.sh(f"{create} --name shop_redis --network name=back,alias=redis redis:8.2")
    manager.sh(
        f"{create} --name shop_php --replicas 2 --network name=front,alias=php --network back "
        "--env MYSQL_PASSWORD_FILE=/run/secrets/password lnmp/php:8.5"
    )
    lab.advance("20s")
    manager.sh(
        "docker service create --detach --name shop_web --replicas 2 --network front --publish 8080:80 "
        "--config source=conf,target=/etc/nginx/conf.d/default.conf nginx:1.29"
    )
    lab.advance("30s")
    manager.sh("curl --fail 192.168.1.11:8080")
    return {}
