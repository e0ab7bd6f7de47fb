"""What the real docker offers (its hidden command ``__complete``), ours offers too."""

import pytest

from swarmlab import Lab
from tests.cli.test_completion import STAGE
from tests.contract.serving import docker_28
from tests.contract.twins import Bench

#: Lines up to the word that is asked for.
LINES = """
docker service
docker service inspect
docker service ps
docker service rm
docker service rm web
docker service update
docker service update --update-order
docker service update --rollback-order
docker service update --update-failure-action
docker service update --rollback-failure-action
docker service update --network-add
docker service update --network-rm
docker service update --image
docker service update --restart-condition
docker service create
docker service create --mode
docker service create --network
docker service create --restart-condition
docker service create -
docker service update -
docker service ls -
docker service ps --
docker service scale
docker service scale web=2
docker service logs
docker service rollback
docker node
docker node inspect
docker node update --availability
docker node update --role
docker node ps
docker node rm
docker node promote
docker node demote
docker node ls --
docker network
docker network inspect
docker network rm
docker network connect
docker network connect net
docker network create --
docker secret
docker secret inspect
docker config
docker stack
docker stack rm
docker stack ps
docker stack services
docker swarm
docker swarm update --
docker swarm init -
docker logs
docker exec
docker stop
docker kill
docker start
docker rm
docker run
docker run --network
docker run --restart
docker run --pull
docker run --
docker inspect --type
docker image inspect
docker --log-level
""".strip().splitlines()
#: Swarm objects that the real docker names by their ids alone, where ours has names.
BY_ID = ("docker secret inspect",)


@pytest.fixture(scope="module")
def lab() -> Lab:
    made = Lab()
    for line in STAGE:
        assert made.host("swarm-manage").sh(line).exit_code == 0
    made.settle()
    return made


@pytest.mark.docker
@pytest.mark.parametrize("line", LINES)
def test_whatever_the_real_docker_offers_ours_does_too(bench: Bench, lab: Lab, line: str) -> None:
    docker_28()
    words = line.split()[1:]
    fragment = words.pop() if words[-1] in ("-", "--") else ""
    with bench.holding(lab):
        said = bench.run("swarm-manage", f"docker __complete {' '.join(words)} '{fragment}' 2>/dev/null")
    *offered, _ = said.stdout.splitlines()
    theirs = {one.partition("\t")[0] for one in offered}
    begun = f"{line} " if not fragment else line
    ours = set(lab.complete("swarm-manage", begun)[0])
    if line in BY_ID:
        assert theirs
        assert not theirs & ours
    else:
        assert theirs - ours == set()
