"""A short run of the fuzz, the same each time; see `tests.contract.fuzz` for the long one."""

import random

import pytest

from swarmlab.wire import Answer, Request, Response
from tests.contract import fuzz
from tests.contract.fuzz import Fuzzed, Wrong, episode, stage


@pytest.mark.parametrize("seed", ["one", "two", "three", "four"])
def test_whatever_is_asked_an_engine_could_have_answered_it(seed: str) -> None:
    statuses = episode(seed)
    assert statuses.total() == fuzz.REQUESTS_IN_AN_EPISODE
    assert statuses[200] > 10  # it is no nonsense
    assert statuses[400] > 10  # and much of it is wrong


class Careless(Fuzzed):
    """A lab whose engine has a fault."""

    def __init__(self, fault: str) -> None:
        super().__init__(stage().fork(), random.Random(1))
        request = self.lab.request
        engine = self.lab.session.simulation.hosts[fuzz.MANAGER].engine

        def handle(host: str, asked: Request) -> Answer:
            if fault == "leaves a trace" and asked.method == "DELETE":
                engine.volumes.pop("v", None)
                engine.images.add("nginx")
                return Response(400, (("Content-Type", "application/json"),), b'{"message":"no"}\n')
            if fault == "raises" and asked.path.startswith("/containers"):
                raise KeyError("x")
            if fault == "slips" and asked.path == "/version":
                return Response(200, (("Content-Type", "application/json"),), b'{"Versoin":"28"}\n')
            return request(host, asked)

        self.lab.request = handle  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("leaves a trace", "and something has changed"),
        ("raises", "500 swarmlab could not answer"),
        ("slips", "the document knows no Versoin"),
    ],
)
def test_a_fault_of_an_engine_is_found(fault: str, said: str) -> None:
    with pytest.raises(Wrong, match=said):
        Careless(fault).run(600)
