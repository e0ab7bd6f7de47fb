"""One lab for the tests of this folder that only look: a web service, a client on its network, a whoami."""

import pytest

from swarmlab import Lab
from swarmlab.shell.machine import Machine
from swarmlab.shell.result import Result


class Stage:
    """A lab with services on ``my_net``, and short ways to type on hosts and in the client's container."""

    def __init__(self) -> None:
        self.lab = Lab(seed=1)
        manager = self.lab.host("swarm-manage")
        for line in (
            "docker network create -d overlay my_net",
            "docker service create -d --name my_web --replicas 3 --network my_net -p 8080:80 httpd",
            "docker service create -d --name util --network my_net alpine sleep 1000000",
            "docker service create -d --name who --replicas 2 --network my_net -p 9090:80 whoami",
        ):
            assert manager.sh(line).exit_code == 0
        self.lab.advance("20s")
        self.home = next(host for host in self.lab.hosts if "util" in self.lab.host(host).sh("docker ps").stdout)

    @property
    def machine(self) -> Machine:
        """The host that the client runs on."""
        return self.lab.host(self.home)

    def on(self, host: str, line: str) -> Result:
        return self.lab.host(host).sh(line)

    def inside(self, line: str, options: str = "", stdin: str = "") -> Result:
        """Run a command in the client's container (busybox)."""
        return self.machine.sh(f"docker exec {options} $(docker ps -q -f name=util) {line}", stdin=stdin)

    def typed(self, *lines: str) -> str:
        """Return what a terminal shows when these lines are typed at the client's shell."""
        return self.inside("sh", "-it", "".join(f"{line}\n" for line in lines)).text


@pytest.fixture(scope="session")
def shared() -> Stage:
    """A stage that tests only look at."""
    return Stage()


@pytest.fixture
def stage() -> Stage:
    """A stage of one's own, to change things on."""
    return Stage()
