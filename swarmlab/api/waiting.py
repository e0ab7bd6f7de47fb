"""Requests that wait for a leader: what a manager does with a call while it knows none.

moby gives each call to a manager 20 seconds.  A manager that has just lost sight of its leader lets the call wait for
the next one; so does a leader that cannot get a majority to agree (`manager.raft`, `Standing`).  Reading is simply
tried again.  A request that changes something is kept in the simulation, because it will happen even if its client
has gone, and a rewind must not lose it.

Trying again is running the handler from its beginning, so a handler asks for `Call.manager` before it changes anything.

moby: ``daemon/cluster/cluster.go`` (swarmRequestTimeout); SwarmKit: ``raft.go`` (LeaderConn, ErrLostLeadership).
"""

from collections.abc import Callable

from swarmlab.api.call import Call, NoLeaderYet
from swarmlab.api.errors import refusal
from swarmlab.api.world import Simulation
from swarmlab.core.simulation import Parked
from swarmlab.core.units import SECOND
from swarmlab.errors import Unknown
from swarmlab.wire import Answer, Later, Request, Response

PATIENCE = 20 * SECOND
LOST_LEADERSHIP = (
    "rpc error: code = Unknown desc = raft: failed to process the request: node lost leader status"  # raft.go
)

#: Answers a request to a host; with True as the last word, when its time is up.  Raises NoLeaderYet.
Try = Callable[[str, Request, bool], Answer]


class WaitingRoom:
    """All requests of one lab that wait for a leader."""

    def __init__(self, simulation: Simulation, attempt: Try) -> None:
        self.simulation = simulation
        self._attempt = attempt
        self._answers: dict[int, Response] = {}  # for clients who have not asked yet
        self._until = 0

    @property
    def is_open(self) -> bool:
        """Whether some client may be waiting: then time must go on, even if nothing but clocks tick."""
        return self.simulation.now < self._until

    def enter(self, call: Call, *, writes: bool) -> Later:
        """Have a request wait."""
        until = self._until = self.simulation.now + PATIENCE
        host, request = call.host.name, call.request
        if not writes:
            return Later(lambda: self._try(host, request, expired=self.simulation.now >= until))
        term = call.local_manager.term(host)
        number = self.simulation.park(Parked(host, request, until, term))
        return Later(lambda: self._answers.pop(number, None))

    def poll(self) -> None:
        """Try again what waits to be written; to be called whenever time has moved."""
        for number, parked in list(self.simulation.parked.items()):
            answer = self._written(parked)
            if answer is not None:
                del self.simulation.parked[number]
                self._answers[number] = answer

    def _written(self, parked: Parked) -> Response | None:
        assert isinstance(parked.request, Request)
        swarm = self.simulation.swarms.get(self.simulation.hosts[parked.host].swarm_id)
        if parked.term and (swarm is None or swarm.term(parked.host) != parked.term):
            return refusal(Unknown(LOST_LEADERSHIP))
        return self._try(parked.host, parked.request, expired=self.simulation.now >= parked.until)

    def _try(self, host: str, request: Request, *, expired: bool) -> Response | None:
        try:
            answer = self._attempt(host, request, expired)
        except NoLeaderYet:
            return None
        return answer.poll() if isinstance(answer, Later) else answer
