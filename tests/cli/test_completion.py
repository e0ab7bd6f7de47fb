"""What is offered behind a ``docker`` command line, on a simulated swarm."""

import pytest

from swarmlab import Lab

STAGE = (
    "docker network create -d overlay net",
    "docker service create -d --name web --constraint node.hostname==node1 httpd",
    "docker service create -d --name api --constraint node.hostname==node1 httpd",
    "docker run -d --name box busybox sleep 100000",
    "docker run --name over busybox true",
    "echo x | docker secret create sec -",
    "echo x | docker config create conf -",
    "mkdir -p stacks; echo x > stacks/web.yml; echo x > notes.txt",
    "echo 'services: {a: {image: httpd}}' | docker stack deploy -d -c - shop",
)


@pytest.fixture(scope="module")
def lab() -> Lab:
    made = Lab()
    for line in STAGE:
        done = made.host("swarm-manage").sh(line)
        assert done.exit_code == 0, done.text
    made.settle()
    return made


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("docker serv", "service"),
        ("docker service sc", "scale"),
        ("docker service ps ", "api shop_a web"),
        ("docker service rm web ", "api shop_a web"),
        ("docker service update web ", ""),
        ("docker service update --image nginx w", "web"),
        ("docker service scale ", "api= shop_a= web="),
        ("docker service create --repl", "--replicas --replicas-max-per-node"),
        ("docker service create --mode ", "global global-job replicated replicated-job"),
        ("docker service create --mode=gl", "--mode=global --mode=global-job"),
        ("docker service create --network n", "net none"),
        ("docker service create --secret ", "sec"),
        ("docker service update --config-add ", "conf"),
        ("docker service update --update-order ", "start-first stop-first"),
        ("docker service update -d --rollback-failure-action ", "continue pause"),
        ("docker service update --image ", "busybox:latest"),
        ("docker service ls -", "--filter --format --quiet -f -q"),
        ("docker node update --availability ", "active drain pause"),
        ("docker node update --role w", "worker"),
        ("docker node ps ", "node1 node2 self swarm-manage"),
        ("docker network connect net ", "box over"),
        ("docker network rm i", "ingress"),
        ("docker secret rm ", "sec"),
        ("docker config inspect ", "conf"),
        ("docker stack rm ", "shop"),
        ("docker stack ps s", "shop"),
        ("docker stack deploy -c ", "notes.txt stacks/"),
        ("docker stack deploy -c stacks/", "stacks/web.yml"),
        ("docker stack deploy --compose-file st", "stacks/"),
        ("docker secret create new n", "notes.txt"),
        ("docker swarm join-token ", "manager worker"),
        ("docker stop ", "box"),
        ("docker container stop b", "box"),
        ("docker rm ", "over"),
        ("docker logs ", "box over"),
        ("docker exec -it ", "box"),
        ("docker exec -it box ", ""),
        ("docker run --restart ", "always no on-failure unless-stopped"),
        ("docker run ", "busybox:latest"),
        ("docker inspect --type n", "network node"),
        ("docker inspect w", "web"),
        ("docker bogus ", ""),
        ("docker service bogus ", ""),
        ("docker service ls | gr", "grep"),
        ("docker service ls > no", "notes.txt"),
        ("cat sta", "stacks/"),
        ("ping n", "node1 node2"),
        ("nothing-such ", "swarm-manage node1 node2"),
    ],
)
def test_words_and_names_that_may_follow(lab: Lab, line: str, offered: str) -> None:
    words, fragment = lab.complete("swarm-manage", line)
    assert words == offered.split()
    assert line.endswith(fragment)


def test_a_worker_knows_its_own_containers_and_no_services(lab: Lab) -> None:
    assert lab.complete("node1", "docker service ps ")[0] == []
    assert [name.partition(".")[0] for name in lab.complete("node1", "docker stop ")[0] if "a.1" not in name] == [
        "api", "web",
    ]  # fmt: skip
    assert "web" not in lab.complete("node1", "docker inspect ")[0]


def test_where_no_engine_answers_commands_are_offered_but_no_names() -> None:
    lab = Lab()
    lab.faults.stop("node1")
    assert lab.complete("node1", "docker service sc")[0] == ["scale"]
    assert lab.complete("node1", "docker stop ")[0] == []


def test_asking_for_names_changes_nothing_and_is_not_noted(lab: Lab) -> None:
    before, ops = lab.digest(), len(lab.session.journal.ops)
    lab.complete("swarm-manage", "docker service ps ")
    assert (lab.digest(), len(lab.session.journal.ops)) == (before, ops)
