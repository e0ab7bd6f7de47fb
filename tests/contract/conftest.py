"""Sockets that all tests of a file share; which lab answers there is each test's own."""

from collections.abc import Iterator

import pytest

from swarmlab import Lab
from tests.contract.twins import Bench

#: Tests of others: `test_dockerpy_suites` runs them.
collect_ignore = ["vendor"]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Sockets of the three hosts of the lessons, on which no lab has been put yet."""
    made = Bench(tmp_path_factory.mktemp("bench"), Lab(swarm=False).hosts)
    yield made
    made.close()
