"""Claims about machines: engines and firewalls.  A real swarm's history has none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from swarmlab.checks.claims import Claim, Scene
from swarmlab.timeline.trace import State


@dataclass(frozen=True)
class HostNamed:
    """Claims about the machine with this name; make one with `host`."""

    name: str

    def _claim(self, text: str, holds: Callable[[State], bool], found: Callable[[State], str], show: str) -> Claim:
        def state(scene: Scene) -> State | None:
            return scene.world.hosts.get(self.name)

        return Claim(
            text,
            lambda scene: (seen := state(scene)) is not None and holds(seen),
            lambda scene: f"there is no host `{self.name}`" if (seen := state(scene)) is None else found(seen),
            show,
        )

    def lets_in(self, port: str) -> Claim:
        """Its firewall runs, and `port` ("4789/udp") is open in it."""

        def found(state: State) -> str:
            if not state["firewall"]:
                return f"the firewall of `{self.name}` is switched off"
            closed = [word for word in state["closed"] if word == port]
            return f"{port} is {'closed' if closed else 'open'} in the firewall of `{self.name}`"

        return self._claim(
            f"the firewall of `{self.name}` runs and lets {port} in",
            lambda state: bool(state["firewall"]) and port not in state["closed"],
            found,
            f"firewall-cmd --list-ports   (on {self.name})",
        )

    def engine_runs(self) -> Claim:
        """The machine is on, and its engine runs."""

        def found(state: State) -> str:
            return f"`{self.name}` is off" if not state["powered"] else f"the engine of `{self.name}` does not run"

        return self._claim(
            f"the engine of `{self.name}` runs",
            lambda state: bool(state["powered"] and state["engine"]),
            found,
            f"systemctl status docker   (on {self.name})",
        )


def host(name: str) -> HostNamed:
    """Speak of the machine with this name."""
    return HostNamed(name)
