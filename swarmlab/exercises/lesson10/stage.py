"""What the exercises of lesson 10 start from: nothing at all, or a shop of nginx, PHP, redis and MySQL that works."""

from swarmlab.checks import Hint, Step, now, service
from swarmlab.checks.requests import last_are_pages
from swarmlab.exercises.lesson07.stage import CLEAR_NETWORKS
from swarmlab.exercises.stage import HOSTS, MANAGER, typed_on_manager

WEB, PHP, REDIS, MYSQL = (service(name) for name in ("web", "php", "redis", "mysql"))

#: What an earlier trial broke is mended; files that services are given are gone with them.
CLEAR_SHOP = (
    *(Step(host, "systemctl start docker", may_fail=True) for host in HOSTS),
    *(
        Step(host, f"firewall-cmd --add-port={port}", may_fail=True)
        for host in HOSTS
        for port in ("7946/udp", "4789/udp")
    ),
    Step(MANAGER, "while docker node ls | grep -q Down; do sleep 5; done"),
    *CLEAR_NETWORKS,
    Step(MANAGER, "for name in $(docker config ls --quiet); do docker config rm $name; done"),
    Step(MANAGER, "for name in $(docker secret ls --quiet); do docker secret rm $name; done"),
)

#: nginx hands every page to PHP.
_WEB_CONF = (
    "server { listen 80; location / { fastcgi_pass php:9000; "
    "fastcgi_param SCRIPT_FILENAME /var/www/html/index.php; include fastcgi_params; } }"
)
_DATABASE = "--secret db_password --env MYSQL_DATABASE=shop"

#: The files of the shop, as the exercise in which the learner deploys it finds them.
FILES = typed_on_manager(f"echo '{_WEB_CONF}' > web.conf", "printf hush > password.txt")

SHOP = (
    *CLEAR_SHOP,
    *FILES,
    *typed_on_manager(
        "docker network create --driver overlay front",
        "docker network create --driver overlay back",
        "docker config create web_conf web.conf",
        "docker secret create db_password password.txt",
        "docker service create --detach --name redis --network back redis:8.2",
        f"docker service create --detach --name mysql --network back {_DATABASE} "
        "--env MYSQL_ROOT_PASSWORD_FILE=/run/secrets/db_password mysql:8.4",
        f"docker service create --detach --name php --replicas 2 --network front --network back {_DATABASE} "
        "--env MYSQL_PASSWORD_FILE=/run/secrets/db_password lnmp/php:8.5",
        "sleep 20",
        "docker service create --detach --name web --replicas 2 --network front --publish 8080:80 "
        "--config source=web_conf,target=/etc/nginx/conf.d/default.conf nginx:1.29",
        "sleep 20",
    ),
)

#: How to see whether visitors are served: several times, as several tasks answer in turn.
ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.???:8080; done"
TRIED = now(last_are_pages("8080", 8)).named("tried")
NOT_TRIED = Hint(
    "tried",
    goal="tried",
    nudge="Is every visitor served now? Ask eight times.",
    concept="Several tasks answer in turn. One good page says little, and a repair that was not tried is a guess.",
    command=ASK,
    example="for i in 1 2 3 4; do curl --silent --max-time 5 192.168.1.99:9000; done",
)
