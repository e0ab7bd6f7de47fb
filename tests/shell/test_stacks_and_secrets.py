"""Secrets, configs, templates and stacks as somebody at a host's shell meets them."""

import pytest

from swarmlab import Lab
from swarmlab.shell.machine import Machine

VOTING = """
version: "3"
services:
  redis: {image: "redis:alpine", networks: [frontend], deploy: {restart_policy: {condition: on-failure}}}
  db:
    image: postgres:9.4
    environment: {POSTGRES_USER: postgres, POSTGRES_PASSWORD: postgres}
    volumes: ["db-data:/var/lib/postgresql/data"]
    networks: [backend]
    deploy: {placement: {constraints: [node.role == manager]}}
  vote:
    image: dockersamples/examplevotingapp_vote:before
    ports: ["5000:80"]
    networks: [frontend]
    depends_on: [redis]
    deploy: {replicas: 2, update_config: {parallelism: 2}, restart_policy: {condition: on-failure}}
  result:
    image: dockersamples/examplevotingapp_result:before
    ports: ["5001:80"]
    networks: [backend]
    depends_on: [db]
  worker:
    image: dockersamples/examplevotingapp_worker
    networks: [frontend, backend]
    deploy: {labels: [APP=VOTING], placement: {constraints: [node.role == manager]}}
  visualizer:
    image: dockersamples/visualizer:stable
    ports: ["8080:8080"]
    stop_grace_period: 1m30s
    volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
    deploy: {placement: {constraints: [node.role == manager]}}
networks: {frontend: , backend: }
volumes: {db-data: }
"""
LNMP = """
services:
  nginx:
    image: nginx:latest
    ports: ["80:80"]
    configs: [{source: site, target: /usr/share/nginx/html/index.html}]
    networks: [web]
  php: {image: "php:fpm", networks: [web, db], deploy: {replicas: 2}}
  mysql:
    image: mysql:8
    environment: {MYSQL_ROOT_PASSWORD_FILE: /run/secrets/root}
    secrets: [root]
    volumes: ["data:/var/lib/mysql"]
    networks: [db]
  redis: {image: "redis:latest", networks: [db]}
configs: {site: {file: ./index.html}}
secrets: {root: {file: ./password}}
networks: {web: , db: {driver: overlay}}
volumes: {data: }
"""


@pytest.fixture
def lab() -> Lab:
    return Lab(seed=7)


@pytest.fixture
def manager(lab: Lab) -> Machine:
    return lab.host("swarm-manage")


def test_secrets_and_configs_are_files_and_are_changed_by_an_update(manager: Machine) -> None:
    manager.sh("echo s3cret-of-the-lab | docker secret create db_password -")
    manager.sh("echo '<h1>From a config</h1>' | docker config create page -")
    manager.sh(
        "docker service create --name web -p 8080:80 --secret source=db_password,uid=33,gid=5,mode=0400 --config"
        " source=page,target=/usr/local/apache2/htdocs/index.html --constraint node.hostname==swarm-manage httpd"
    )
    inside = "docker exec $(docker ps -q)"
    assert manager.sh(f"{inside} cat /run/secrets/db_password").text == "s3cret-of-the-lab\n"
    assert manager.sh(f"{inside} ls -l /run/secrets").text.splitlines()[1].split()[:5] == [
        "-r--------", "1", "33", "5", "18",
    ]  # fmt: skip
    assert manager.sh("curl -s localhost:8080").text == "<h1>From a config</h1>\n"
    refused = "secret 'db_password' is in use by the following service: web\n"
    assert manager.sh("docker secret rm db_password").text.endswith(refused)
    manager.sh("echo new | docker secret create db_password_2 -")
    manager.sh("docker service update --secret-rm db_password --secret-add source=db_password_2,target=db_password web")
    assert manager.sh(f"{inside} cat /run/secrets/db_password").text == "new\n"
    assert manager.sh("docker secret rm db_password").text == "db_password\n"


def test_a_secret_cannot_be_written_over(manager: Machine) -> None:
    manager.sh("echo k | docker secret create key -")
    manager.sh("docker service create --name box --secret key --constraint node.role==manager busybox sleep 1d")
    said = manager.sh("docker exec $(docker ps -q) sh -c 'echo x > /run/secrets/key'")
    assert (said.text, said.exit_code) == ("sh: can't create /run/secrets/key: Read-only file system\n", 1)
    assert manager.sh("docker exec $(docker ps -q) cat /run/secrets/key").text == "k\n"
    assert manager.sh("docker exec $(docker ps -q) sh -c 'echo x > /tmp/y; cat /tmp/y'").text == "x\n"


def test_each_task_has_the_name_that_a_template_gives_it(lab: Lab, manager: Machine) -> None:
    manager.sh(
        "docker service create --name tpl --replicas 3 --hostname '{{.Service.Name}}-{{.Task.Slot}}-{{.Node.Hostname}}'"
        " --env SLOT={{.Task.Slot}} --mount type=volume,source=vol-{{.Task.Slot}},target=/data busybox sleep 1d"
    )
    said = {
        name: lab.host(name)
        .sh('docker exec $(docker ps -q) sh -c "hostname; echo $SLOT; env | grep SLOT"')
        .text.split()
        for name in lab.hosts
    }
    slots = sorted(words[0] for words in said.values())
    assert slots == sorted(f"tpl-{words[-1].removeprefix('SLOT=')}-{name}" for name, words in said.items())
    volumes = [volume.name for name in lab.hosts for volume in lab.docker(name).volumes.list()]
    assert sorted(volumes) == ["vol-1", "vol-2", "vol-3"]
    spec = manager.sh("docker service inspect -f '{{.Spec.TaskTemplate.ContainerSpec.Hostname}}' tpl").text
    assert spec == "{{.Service.Name}}-{{.Task.Slot}}-{{.Node.Hostname}}\n"


def test_the_environment_is_what_the_engine_makes_it(manager: Machine) -> None:
    manager.sh(
        "docker service create --name tpl --hostname '{{.Service.Name}}-{{.Task.Slot}}-{{.Node.Hostname}}' --env"
        " SLOT={{.Task.Slot}} --env NODE={{.Node.Hostname}} --constraint node.role==manager busybox sleep 1d"
    )
    assert manager.sh("docker exec $(docker ps -q) env").text.splitlines() == [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOSTNAME=tpl-1-swarm-manage",
        "SLOT=1",
        "NODE=swarm-manage",
        "HOME=/root",
    ]


def test_the_voting_app_deploys(lab: Lab, manager: Machine) -> None:
    assert manager.sh("cat > vote.yml", stdin="").exit_code == 0
    manager.sh(f"cat > vote.yml <<'EOF'{VOTING}EOF")
    said = manager.sh("docker stack deploy -c vote.yml vote")
    assert said.stdout.splitlines()[:3] == [
        "Creating network vote_frontend", "Creating network vote_backend", "Creating network vote_default",
    ]  # fmt: skip
    lab.settle()
    counts = manager.sh("docker stack services --format '{{.Name}} {{.Replicas}}' vote").text.splitlines()
    assert counts == [
        "vote_db 1/1", "vote_redis 1/1", "vote_result 1/1", "vote_visualizer 1/1", "vote_vote 2/2", "vote_worker 1/1",
    ]  # fmt: skip
    assert "Cats vs Dogs!" in lab.host("node1").sh("curl -s localhost:5000").text
    assert manager.sh("docker stack ls").text == "NAME      SERVICES\nvote      6\n"
    removed = manager.sh("docker stack rm vote").text.splitlines()
    assert removed[:6] == [f"Removing service {line.split()[0]}" for line in counts]
    lab.settle()
    assert manager.sh("docker stack rm vote").text == "Nothing found in stack: vote\n"
    assert manager.sh("docker network ls --filter driver=overlay -q").text.count("\n") == 1


def test_a_web_stack_with_its_files_deploys(lab: Lab, manager: Machine) -> None:
    manager.sh("mkdir lnmp; cd lnmp; echo '<h1>LNMP</h1>' > index.html; echo hidden > password")
    manager.sh(f"cat > docker-compose.yml <<'EOF'{LNMP}EOF")
    manager.sh("cd; docker stack deploy -c lnmp/docker-compose.yml lnmp")
    lab.settle()
    assert manager.sh("docker stack ps -q --filter desired-state=running lnmp").text.count("\n") == 5
    assert manager.sh("curl -s 192.168.1.13").text == "<h1>LNMP</h1>\n"
    assert manager.sh("docker service logs --raw lnmp_mysql").text.endswith("ready for connections.\n")


def test_a_database_without_a_password_says_what_it_wants(lab: Lab, manager: Machine) -> None:
    manager.sh("docker service create -d --name db --restart-condition none postgres")
    lab.settle()
    assert "You must specify POSTGRES_PASSWORD to a non-empty value" in manager.sh("docker service logs --raw db").text
    error = manager.sh("docker service ps --format '{{.CurrentState}} {{.Error}}' db").text
    assert error.startswith("Failed ")
    assert '"task: non-zero exit (1)"' in error


def test_what_events_tell_of_a_stack_and_of_secrets(lab: Lab, manager: Machine) -> None:
    def told(*lines: str) -> list[str]:
        before = lab.now
        for line in lines:
            assert manager.sh(line).exit_code == 0
        lab.settle()
        kinds = " ".join(f"--filter type={kind}" for kind in ("service", "secret", "config", "network"))
        form = "{{.Type}} {{.Action}} {{.Actor.Attributes.name}}"
        since = f"{before // 10**9}.{before % 10**9:09d}"
        events = manager.sh(f"docker events --since {since} --until 0s --filter scope=swarm {kinds} --format '{form}'")
        return events.text.splitlines()

    stack = "services: {web: {image: httpd, ports: ['8080:80'], deploy: {replicas: %d}}}"
    assert told(f'echo "{stack % 2}" | docker stack deploy -c - demo') == [
        "network create demo_default",
        "service create demo_web",
        "network update demo_default",
        "service update demo_web",
    ]
    assert told(f'echo "{stack % 3}" | docker stack deploy -c - demo') == ["service update demo_web"]
    assert told("docker stack rm demo") == ["service remove demo_web", "network remove demo_default"]
    assert told(
        "echo a | docker secret create old -",
        "echo a | docker config create page -",
        "docker service create -d --name web --secret old --config page httpd",
    ) == ["secret create old", "config create page", "service create web"]
    assert told(
        "echo b | docker secret create new -",
        "docker service update -d --secret-rm old --secret-add source=new,target=old web",
        "docker secret rm old",
    )[:4] == ["secret create new", "service update web", "service update web", "secret remove old"]
    only = manager.sh("docker events --since 1h --until 0s --filter secret=old --format '{{.Action}}'").text
    assert only == "create\nremove\n"
