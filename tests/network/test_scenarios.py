"""Networks, names, load balancing and firewalls as a learner meets them at a terminal."""

from pathlib import Path

import pytest

from tests.network.transcripts import play

SCENARIOS = sorted(Path(__file__).with_name("scenarios").glob("*.txt"))


def test_there_are_as_many_scenarios_as_were_written() -> None:
    assert len(SCENARIOS) >= 35


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_terminal_shows_what_the_transcript_says(path: Path) -> None:
    for command, written, shown in play(path):
        assert shown == written, f"{path.name}: {command}"
