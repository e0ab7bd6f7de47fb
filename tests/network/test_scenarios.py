"""Networks, names, load balancing and firewalls as a learner meets them at a terminal.

``scenarios`` are stories of something happening; each of ``facts`` demonstrates one thing that holds of all networks.
"""

from pathlib import Path

import pytest

from tests.network.transcripts import play

HERE = Path(__file__).parent
SCENARIOS, FACTS = (sorted((HERE / name).glob("*.txt")) for name in ("scenarios", "facts"))


def test_no_transcript_has_been_lost() -> None:
    assert (len(SCENARIOS) >= 40, len(FACTS) >= 21) == (True, True)


@pytest.mark.parametrize("path", [*SCENARIOS, *FACTS], ids=lambda path: path.stem)
def test_a_terminal_shows_what_the_transcript_says(path: Path) -> None:
    for command, written, shown in play(path):
        assert shown == written, f"{path.name}: {command}"
