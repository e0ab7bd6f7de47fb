"""The simulation answers as the real engines did."""

import pytest

from tests.parity import recorded, scorecard
from tests.parity.differences import KNOWN
from tests.parity.probes import PROBES

RECORDED = [(engine, name) for engine in recorded.engines() for name in recorded.names(engine)]


@pytest.mark.parametrize(("engine", "probe"), RECORDED)
def test_the_simulation_answers_as_the_engine_did(engine: str, probe: str) -> None:
    outcome = scorecard.replay(engine, probe)
    assert not outcome.unknown, "\n".join(map(str, outcome.unknown))


def test_both_engines_were_recorded_with_every_probe() -> None:
    assert {recorded.profile_of(engine) for engine in recorded.engines()} == {"20.10", "28"}
    for engine in recorded.engines():
        assert recorded.names(engine) == sorted(PROBES)


def test_every_known_difference_is_there_and_has_a_reason() -> None:
    used = {known for outcome in scorecard.outcomes() for known in outcome.known}
    assert [known for known in KNOWN if known not in used] == []
    assert all(len(known.reason) > 20 for known in KNOWN)


def test_nine_probes_in_ten_are_equal() -> None:
    found = scorecard.outcomes()
    equal = [outcome for outcome in found if not outcome.known and not outcome.unknown]
    assert len(equal) >= 0.9 * len(found) > 0


def test_the_scorecard_is_up_to_date() -> None:
    written = scorecard.SCORECARD.read_text(encoding="utf-8")
    assert written == scorecard.text(), "run python -m tests.parity.scorecard"


def test_a_recording_says_where_it_comes_from() -> None:
    assert RECORDED
    for engine, probe in RECORDED:
        recording = recorded.load(engine, probe)
        assert (recording.engine, recording.probe) == (engine, probe)
        assert recording.package.startswith(engine)
        assert len(recording.recorded) == len("2026-01-01")
        assert recorded.path_of(engine, probe).stat().st_size < 100_000
