"""The web shop of the last lesson: nginx, PHP, MySQL and redis, each answering its own clients."""

import re

import pytest

from swarmlab import Lab
from tests.shell.servers import Shop
from tests.shell.test_servers import NGINX

WEB = """server {
  listen 80;
  location / {
    fastcgi_pass php:9000;
    fastcgi_param SCRIPT_FILENAME /var/www/html/index.php;
    include fastcgi_params;
  }
}"""
PAGE = "/var/www/html/index.php"
#: All of it as one file, the databases on a network of their own that leads nowhere else.
STACK = """version: "3.8"
services:
  web:
    image: nginx:1.29
    ports: ["8080:80"]
    networks: [front]
    configs:
      - {source: web_conf, target: /etc/nginx/conf.d/default.conf}
    deploy: {replicas: 2}
  php:
    image: lnmp/php
    networks: [front, back]
    environment: {MYSQL_DATABASE: shop, MYSQL_PASSWORD_FILE: /run/secrets/db_password}
    secrets: [db_password]
    deploy: {replicas: 2}
  redis:
    image: redis:8
    networks: [back]
    healthcheck: {test: ["CMD", "redis-cli", "ping"], interval: 2s}
  mysql:
    image: mysql:8.4
    networks: [back]
    environment: {MYSQL_DATABASE: shop, MYSQL_ROOT_PASSWORD_FILE: /run/secrets/db_password}
    secrets: [db_password]
    volumes: [data:/var/lib/mysql]
    deploy: {placement: {constraints: [node.hostname == node2]}}
    healthcheck: {test: ["CMD-SHELL", "mysqladmin ping -h localhost"], interval: 2s}
networks: {front: {}, back: {internal: true}}
configs: {web_conf: {file: ./web.conf}}
secrets: {db_password: {file: ./password.txt}}
volumes: {data: {}}
"""


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.service("redis", "redis:8")
    shop.service("mysql", "mysql:8.4", "-e MYSQL_ROOT_PASSWORD=secret -e MYSQL_DATABASE=shop")
    shop.service("php", "lnmp/php", "--replicas 2 -e MYSQL_PASSWORD=secret -e MYSQL_DATABASE=shop")
    shop.service("web", "nginx", "-p 8080:80", config=(NGINX, WEB))
    return shop


def test_a_page_counts_in_redis_and_in_mysql_whoever_of_php_runs_it(shop: Shop) -> None:
    pages = [shop.get() for _ in range(4)]
    found = [re.fullmatch(r"Hello from (\w+): hit (\d) in redis, visit (\d) in mysql\n", body) for _, body in pages]
    assert [(match[2], match[3]) for match in found if match] == [(str(n), str(n)) for n in (1, 2, 3, 4)]
    assert len({match[1] for match in found if match}) == 2
    assert shop.inside("redis.1", "redis-cli get hits") == "4\n"
    counted = "mysql -psecret -N -e 'SELECT COUNT(*) FROM visits' shop 2>/dev/null"
    assert shop.inside("mysql.1", counted) == "4\n"


def test_what_was_counted_is_as_it_was_after_a_rewind_and_when_the_lab_is_replayed(shop: Shop) -> None:
    shop.get()
    shop.lab.checkpoint("one")
    shop.get()
    second = shop.get()[1]
    shop.lab.rewind("one")
    shop.get()
    assert shop.get()[1] == second


def test_a_trace_shows_what_the_page_asks_and_where_a_page_fails(shop: Shop) -> None:
    journey = shop.lab.trace("curl 192.168.1.12:8080", on="node1")
    texts = [step.text for step in journey.steps]
    assert any("is asked `incr hits` and answers 1" in text for text in texts)
    assert any("is asked `SELECT COUNT(*) AS n FROM visits` and answers 1 row" in text for text in texts)
    assert shop.inside("redis.1", "redis-cli exists hits") == "0\n"  # the lab itself has counted nothing
    shop.type("docker service scale -d redis=0")
    shop.wait("20s")
    failed = shop.lab.trace("curl 192.168.1.12:8080", on="node1")
    assert failed.failed is not None
    assert (failed.failed.station, failed.failed.container[:3]) == ("dns", "php")
    assert failed.help is not None
    assert failed.help.command == "docker service ps redis"


def test_a_page_that_fails_is_an_empty_500_and_a_line_in_phps_log(shop: Shop) -> None:
    shop.type("docker service scale -d redis=0")
    shop.wait("20s")
    assert shop.get() == (500, "")
    assert "PHP Fatal error:  Uncaught RedisException: php_network_getaddresses" in shop.logs("php")
    assert f"{PAGE}:3" in shop.logs("php")


def test_without_php_nginx_says_bad_gateway(shop: Shop) -> None:
    shop.type("docker service scale -d php=0")
    shop.wait("30s")
    assert shop.get()[0] in (502, 504)


def test_curl_gives_up_when_its_time_is_over_although_nginx_would_say_504_later(shop: Shop) -> None:
    for host in shop.lab.hosts:
        shop.type("docker ps -q --filter name=php | xargs -r docker pause", host)
    manager = shop.lab.host("swarm-manage")
    assert manager.sh("curl -sS -m 5 192.168.1.12:8080").text.startswith(
        "curl: (28) Operation timed out after 5001 mill"
    )
    assert manager.sh("curl -s -w '%{http_code}' -o /dev/null 192.168.1.12:8080").stdout == "504"


def test_a_wrong_password_is_refused_by_mysql_and_told_in_the_log() -> None:
    shop = Shop()
    shop.service("redis", "redis")
    shop.service("mysql", "mysql", "-e MYSQL_ROOT_PASSWORD=secret -e MYSQL_DATABASE=shop")
    shop.service("php", "lnmp/php", "-e MYSQL_PASSWORD=wrong -e MYSQL_DATABASE=shop")
    shop.service("web", "nginx", "-p 8080:80", config=(NGINX, WEB))
    assert shop.get()[0] == 500
    assert re.search(
        r"mysqli_sql_exception: Access denied for user 'root'@'10\.0\.1\.\d+' \(using password: YES\)", shop.logs("php")
    )


def test_a_password_from_a_secret_opens_the_door() -> None:
    shop = Shop()
    shop.type("printf hush | docker secret create db_password -")
    shop.service("mysql", "mysql", "--secret db_password -e MYSQL_ROOT_PASSWORD_FILE=/run/secrets/db_password")
    assert shop.inside("mysql.1", "mysql -phush -N -e 'SELECT 1' 2>/dev/null") == "1\n"


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("mysql", "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified"),
        ("mariadb", "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified"),
        ("postgres", "Error: Database is uninitialized and superuser password is not specified."),
    ],
)
def test_a_database_without_a_password_ends_at_once_and_says_why(image: str, words: str) -> None:
    shop = Shop()
    shop.service("db", image)
    assert words in shop.logs("db")
    assert "task: non-zero exit (1)" in shop.type("docker service ps db")


def test_a_volume_keeps_what_a_database_was_told_for_the_next_task() -> None:
    shop = Shop()
    here = "--constraint node.hostname==node1"
    shop.service("kept", "redis", here, "--mount source=data,target=/data")
    shop.service("lost", "redis", here)
    for name in ("kept", "lost"):
        assert shop.inside(f"{name}.1", "redis-cli set a b") == "OK\n"
        shop.type(f"docker service update --force -d {name}")
    shop.wait("30s")
    assert shop.inside("kept.1", "redis-cli get a") == "b\n"
    assert shop.inside("lost.1", "redis-cli get a") == "\n"


def test_the_whole_shop_is_one_stack_in_which_only_php_reaches_the_databases() -> None:
    shop = Shop()
    shop.type(f"cat > web.conf <<'EOF'\n{WEB}\nEOF")
    shop.type(f"cat > lnmp.yml <<'EOF'\n{STACK}EOF")
    shop.type("printf s3cret > password.txt; docker stack deploy -c lnmp.yml shop")
    shop.wait("40s")
    assert [shop.get()[1].partition(": ")[2] for _ in range(3)] == [
        f"hit {number} in redis, visit {number} in mysql\n" for number in (1, 2, 3)
    ]
    matrix = shop.lab.reachability(None, ["192.168.1.12:8080", "php:9000", "redis:6379", "mysql:3306"])
    reaches = {
        client: "".join(
            "y" if matrix.of(client, target).outcome in ("ok", "empty") else "-" for target in matrix.targets
        )
        for client in matrix.clients
    }
    inner = dict.fromkeys(("shop_mysql.1", "shop_redis.1"), "-yyy")
    outer = dict.fromkeys(("shop_web.1", "shop_web.2"), "yy--")
    hosts = dict.fromkeys(("swarm-manage", "node1", "node2"), "y---")
    assert reaches == {**hosts, **inner, **outer, **dict.fromkeys(("shop_php.1", "shop_php.2"), "yyyy")}


# --- clients ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def databases() -> Shop:
    shop = Shop()
    shop.service("redis", "redis", "--replicas 1")
    shop.service("locked", "redis redis-server --requirepass s3cret")
    shop.service(
        "mysql",
        "mysql:8.4",
        "-e MYSQL_ROOT_PASSWORD=secret -e MYSQL_DATABASE=shop -e MYSQL_USER=app -e MYSQL_PASSWORD=pw",
    )
    shop.service("pg", "postgres", "-e POSTGRES_PASSWORD=x")
    return shop


@pytest.mark.parametrize(
    ("line", "plain", "terminal"),
    [
        ("redis-cli ping", "PONG\n", "PONG\n"),
        ("redis-cli set k 'a b'", "OK\n", "OK\n"),
        ("redis-cli get k", "a b\n", '"a b"\n'),
        ("redis-cli get nosuch", "\n", "(nil)\n"),
        ("redis-cli incrby n 5 >/dev/null; redis-cli get n", None, None),
        ("redis-cli keys 'k*'", "k\n", '1) "k"\n'),
        ("redis-cli lrange none 0 -1", "\n", "(empty array)\n"),
        ("redis-cli incr k", "ERR value is not an integer or out of range\n\n",
         "(error) ERR value is not an integer or out of range\n\n"),
        ("redis-cli get", "ERR wrong number of arguments for 'get' command\n\n",
         "(error) ERR wrong number of arguments for 'get' command\n\n"),
        ("redis-cli -h nobody ping",) + ("Could not connect to Redis at nobody:6379: Name or service not known\n",) * 2,
        ("redis-cli -h mysql ping",) + ("Could not connect to Redis at mysql:6379: Connection refused\n",) * 2,
        ("redis-cli -h locked ping", "NOAUTH Authentication required.\n\n",
         "(error) NOAUTH Authentication required.\n\n"),
        ("redis-cli -h locked -a s3cret --no-auth-warning ping", "PONG\n", "PONG\n"),
    ],
)  # fmt: skip
def test_redis_cli_speaks_plainly_to_pipes_and_clearly_to_terminals(
    databases: Shop, line: object, plain: str | None, terminal: str | None
) -> None:
    assert isinstance(line, str)
    if plain is not None:
        assert databases.inside("redis.1", line) == plain
        assert databases.inside("redis.1", line, tty=True).replace("\r", "") == terminal
    else:
        assert databases.inside("redis.1", line) == "5\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mysql -psecret -e 'SELECT 1'", "1\n1\n"),
        ("mysql -psecret -t -e 'SELECT 1 AS one, \"x\" AS name'",
         "+-----+------+\n| one | name |\n+-----+------+\n|   1 | x    |\n+-----+------+\n"),
        ("mysql -uapp -ppw -h mysql -N -e 'SELECT DATABASE()' shop", "shop\n"),
        ("mysql -e 'SELECT 1'", "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: NO)\n"),
        ("mysql -psecret -e 'SELECT 1' nosuch", "ERROR 1049 (42000): Unknown database 'nosuch'\n"),
        ("mysql -psecret -e 'SELECT * FROM t' shop", "ERROR 1146 (42S02): Table 'shop.t' doesn't exist\n"),
        ("mysql -psecret -e 'SHOW TABLES'", "ERROR 1046 (3D000): No database selected\n"),
        ("mysql -psecret -h nobody", "ERROR 2005 (HY000): Unknown MySQL server host 'nobody' (-2)\n"),
        ("mysql -psecret -h redis", "ERROR 2003 (HY000): Can't connect to MySQL server on 'redis:3306' (111)\n"),
        ("mysqladmin ping", "mysqld is alive\n"),
        (
            "echo 'CREATE TABLE p (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(9), n INT);"
            ' INSERT INTO p (name, n) VALUES ("a", 1), ("b", 2); UPDATE p SET n = n + 40 WHERE name = "b";'
            " SELECT name, n FROM p ORDER BY n DESC; DELETE FROM p WHERE n < 5; SELECT COUNT(*) AS left_over FROM p;'"
            " | mysql -psecret shop",
            "name\tn\nb\t42\na\t1\nleft_over\n1\n",
        ),
    ],
)  # fmt: skip
def test_mysql_answers_and_refuses_in_its_own_words(databases: Shop, line: str, said: str) -> None:
    warning = "mysql: [Warning] Using a password on the command line interface can be insecure.\n"
    assert databases.inside("mysql.1", line).replace(warning, "") == said


def test_psql_answers_and_refuses_in_its_own_words(databases: Shop) -> None:
    psql = "psql -U postgres -c"
    assert databases.inside("pg.1", f"{psql} 'CREATE TABLE t (id serial primary key, name text)'") == "CREATE TABLE\n"
    assert databases.inside("pg.1", f"{psql} \"INSERT INTO t (name) VALUES ('x'), ('y')\"") == "INSERT 0 2\n"
    table = " id | name \n----+------\n  1 | x\n  2 | y\n(2 rows)\n\n"
    assert databases.inside("pg.1", f"{psql} 'SELECT * FROM t'") == table
    refused = databases.inside("pg.1", "psql -h pg -U postgres -c 'SELECT 1'")
    assert refused.endswith('FATAL:  password authentication failed for user "postgres"\n')
    assert databases.inside("pg.1", "PGPASSWORD=x psql -h pg -U postgres -t -A -c 'SELECT 1'") == "1\n"
    assert databases.inside("pg.1", "pg_isready") == "/var/run/postgresql:5432 - accepting connections\n"


def test_a_session_that_is_opened_again_has_what_the_databases_were_told(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("SWARMLAB_HOME", str(tmp_path))
    lab = Lab(name="shop")
    lab.host("node1").sh("docker run -d --name cache redis; docker exec cache redis-cli set a b")
    again = Lab.open("shop")
    assert again.host("node1").sh("docker exec cache redis-cli get a").stdout == "b\n"
