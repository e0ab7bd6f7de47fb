"""Secrets and configs: the real docker and ours say the same of the same swarm, and leave it in the same state."""

import pytest

from swarmlab import Lab
from tests.contract.serving import docker_28
from tests.contract.twins import Bench, aged, ours, theirs

MANAGER = "swarm-manage"
STAGE = (
    (MANAGER, "echo s3cret | docker secret create --label tier=db --label plain db_password -"),
    (MANAGER, "echo spare | docker secret create db10 -"),
    (MANAGER, "echo '<h1>Hi</h1>' | docker config create -l a=b page -"),
    (MANAGER, "echo '{{.Service.Name}}' | docker config create --template-driver golang made -"),
    (MANAGER, "docker service create -d --name web --secret db_password --config page httpd"),
    (MANAGER, "docker service create -d --name two --secret db_password httpd"),
)
LINES = """
secret ls
secret ls -q
secret ls --format '{{.Name}}|{{.Driver}}|{{.Label "tier"}}|{{.CreatedAt}}'
secret ls --format 'table {{.Name}}\\t{{.Labels}}\\t{{.UpdatedAt}}' --filter name=db10
secret ls --format json --filter name=db10
secret ls --filter label=tier=db -q
secret ls --filter label=tier
secret ls --filter name=db
secret ls --filter foo=bar
secret ls --format '{{.Nope}}'
secret list
secret inspect db_password
secret inspect --pretty db_password db10
secret inspect -f '{{.Spec.Name}} {{.Spec.Labels}} {{.Spec.Templating}}' db_password db10
secret inspect --pretty nope
secret inspect --format prettyx db10
secret inspect db_password nope
secret inspect
secret rm
secret rm db_password db10 nope
secret remove db10
secret nonsense
secret create
secret create x
secret create x /no/such/file
secret create x - </dev/null
secret create -d vault x
secret create -d vault x file
secret create --template-driver golang x -
secret create bad/name -
secret create db_password -
secret create --label =x y -
secret create y -
secret --help
secret create --help
secret ls --help
secret inspect --help
secret rm --help
config ls
config ls --filter name=page --format json
config ls --format 'table {{.Name}}\\t{{.Label "a"}}'
config inspect page
config inspect --pretty page made
config inspect -f '{{.Spec.Data}} {{.Spec.Templating.Name}}' made
config inspect -f '{{json .Spec}}' page
config inspect nope page
config rm page made
config rm nope
config create x
config create x /no/such/file
config create x - </dev/null
config create page -
config create -l k=v --template-driver golang z -
config create x ''
config --help
config create --help
config ls --help
config inspect --help
config rm --help
inspect db_password
inspect page -f '{{.Spec.Name}}'
service create -d --secret nope httpd
service create -d --config nope httpd
service create -d --name n --secret source=db10,target=x,uid=33,gid=33,mode=0400 --config source=page,target=/p httpd
service create -d --secret db10 --secret source=db_password,target=db10 httpd
service create -d --secret source=db10,mode=x httpd
service create -d --secret target=x httpd
service create -d --secret source=db10,colour=x httpd
service create -d --config source=page,colour=x httpd
service update -d --secret-rm db_password --secret-add source=db10,target=db_password web
service update -d --config-rm page --config-add source=made,target=/m web
service update -d --secret-rm nope --config-rm nope web
service update -d --secret-add nope web
service inspect --pretty web
""".strip().splitlines()


@pytest.fixture(scope="module")
def lab() -> Lab:
    docker_28()
    return aged(STAGE)


@pytest.mark.docker
@pytest.mark.parametrize("line", LINES)
def test_the_real_docker_and_ours_do_the_same(bench: Bench, lab: Lab, line: str) -> None:
    mine, real = lab.fork(), lab.fork()
    stdin = "" if "/dev/null" in line else "data\n"
    said = ours(mine, MANAGER, f"docker {line}", stdin)
    assert theirs(bench, real, MANAGER, f"docker {line}", stdin) == said
    assert mine.digest() == real.digest()
