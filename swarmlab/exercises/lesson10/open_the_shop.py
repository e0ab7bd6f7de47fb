"""Exercise 10.1: deploy the whole shop from one file."""

from swarmlab.checks import Exercise, Hint, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.checks.networks import share_a_network
from swarmlab.exercises.lesson10.stage import CLEAR_SHOP, FILES

WEB, PHP, REDIS, MYSQL = (service(f"shop_{name}") for name in ("web", "php", "redis", "mysql"))
RUNS = WEB.shows(2) & PHP.shows(2) & REDIS.shows(1) & MYSQL.shows(1)
CONNECTED = share_a_network(WEB.name, PHP.name) & share_a_network(PHP.name, REDIS.name)
APART = share_a_network(WEB.name, MYSQL.name).negated(f"`{WEB.name}` and `{MYSQL.name}` share no network")

OPEN_THE_SHOP = Exercise(
    id="10.1",
    title="Open the shop",
    task=(
        "Deploy the stack `shop`. Its services: `web` (`nginx:1.29`, two tasks, port 8080), `php` (`lnmp/php:8.5`, two "
        "tasks), `redis` (`redis:8.2`) and `mysql` (`mysql:8.4`, on `node2` only). `web` talks to `php`, and `php` to "
        "both databases; `web` must not reach the databases. `web.conf` and `password.txt` are there on "
        "`swarm-manage`. Then ask for the page with `curl --fail`."
    ),
    stage=(*FILES, *CLEAR_SHOP),
    goals=(
        now(RUNS).named("runs").worth(2),
        now(CONNECTED & APART).named("networks").worth(2),
        now(MYSQL.has_running_on("node2", 1, 1)).named("node2"),
        eventually(
            typed(r"\bcurl\b.*(-f|--fail)\b.*:8080", "a page of the shop is asked for with `curl --fail`", failed=False)
        ).named("page"),
    ),
    backends="sim",
    tags=("one network is enough", "a placement comes by itself", "running means working"),
    hints=(
        Hint(
            "does-not-start",
            goal="runs",
            when=now(WEB.exists() & MYSQL.exists()),
            nudge="The services are there, but not all of them run. Which ones? Read their logs.",
            concept="MySQL does not start without a password. nginx does not start while it does not know `php`.",
            command="docker stack ps ???   and   docker service logs shop_???",
            example="docker service logs demo_cache",
        ),
        Hint(
            "runs",
            goal="runs",
            nudge="The shop is one file: four services, two networks, a config, a secret. Write it, and deploy it.",
            concept="A stack file describes services, networks, configs and secrets. Its name comes before each name.",
            command="docker stack deploy --compose-file ??? shop",
            example="docker stack deploy --compose-file demo.yml demo",
        ),
        Hint(
            "one-network",
            goal="networks",
            when=now(share_a_network(WEB.name, MYSQL.name)),
            nudge="`web` can reach the database. Who breaks into `web` is at the data at once.",
            concept="Services reach each other if they share a network. Take two; only `php` is on both.",
            command="networks: [front]   for web,   networks: [front, back]   for php,   networks: [???]   for mysql",
            example="networks: [inner]",
            misconception="one network is enough",
        ),
        Hint(
            "networks",
            goal="networks",
            nudge="Who has to talk to whom? Give each pair a network that both are on.",
            concept="Services reach each other if they share a network. Take two; only `php` is on both.",
            command="networks: [front]   for web,   networks: [front, back]   for php,   networks: [???]   for mysql",
            example="networks: [inner]",
        ),
        Hint(
            "node2",
            goal="node2",
            nudge="Where does the database run, and where shall it run?",
            concept="Without a rule a task may be placed anywhere. Its data does not travel with it.",
            command='deploy: {placement: {constraints: ["node.hostname == ???"]}}',
            example='deploy: {placement: {constraints: ["node.labels.disk == ssd"]}}',
            misconception="a placement comes by itself",
        ),
        Hint(
            "page",
            goal="page",
            nudge="Does the page come? Let `curl` fail if it does not.",
            concept="Without `--fail`, `curl` is content with a page that says error.",
            command="curl --fail 192.168.1.???:8080",
            example="curl --fail 192.168.1.99:9000",
            misconception="running means working",
        ),
    ),
)
