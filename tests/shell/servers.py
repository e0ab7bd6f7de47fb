"""A lab with servers that read a configuration, for the tests of this folder: short ways to make and ask them."""

import re

from swarmlab import Lab
from swarmlab.core.agent.container import Container
from swarmlab.journey import find_place


class Shop:
    """Three hosts, an overlay network ``app``, and what a test puts on it."""

    def __init__(self) -> None:
        self.lab = Lab()
        self.type("docker network create -d overlay app")
        self._configs = 0

    def type(self, line: str, host: str = "swarm-manage") -> str:
        result = self.lab.host(host).sh(line)
        assert result.exit_code == 0, (line, result.text)
        return result.stdout

    def service(self, name: str, image: str, *flags: str, config: tuple[str, str] | None = None) -> None:
        """Make a service on ``app``.  `config`: path and text of a file that it is given."""
        words = ["docker service create -d --network app --name", name, *flags]
        if config is not None:
            self._configs += 1
            path, text = config
            self.type(f"cat > file.conf <<'EOF'\n{text}\nEOF")
            self.type(f"docker config create conf{self._configs} file.conf")
            words.append(f"--config source=conf{self._configs},target={path}")
        self.type(" ".join([*words, image]))
        self.wait("10s")

    def wait(self, time: str) -> None:
        self.lab.advance(time)

    def container(self, task: str) -> Container:
        """The container of a running task."""
        place = find_place(self.lab.session.simulation, task)
        return self.lab.session.simulation.hosts[place.host].engine.containers[str(place.container_id)]

    def inside(self, task: str, line: str, tty: bool = False) -> str:
        """What a command prints that is run inside a task's container, its errors too."""
        place = find_place(self.lab.session.simulation, task)
        flag = "-t " if tty else ""
        quoted = line.replace("'", "'\\''")
        return self.lab.host(place.host).sh(f"docker exec {flag}{self.container(task).name} sh -c '{quoted}'").text

    def get(self, path: str = "/", port: int = 8080, address: str = "192.168.1.12") -> tuple[int, str]:
        """Status and body of a page, as curl gets it on the manager."""
        text = self.type(f"curl -s -w '%{{http_code}}' '{address}:{port}{path}'")
        return int(text[-3:]), text[:-3]

    def logs(self, service: str) -> str:
        return self.lab.host("swarm-manage").sh(f"docker service logs {service}").text

    def who(self, count: int, port: int = 8080) -> list[str]:
        """The host names that answer one request after the other."""
        return [re.findall(r"Hostname: (\w+)", self.get(port=port)[1])[0] for _ in range(count)]
