"""Durations and times, as Go reads and writes them."""

import pytest

from swarmlab.core.units import HOUR, MILLISECOND, MINUTE, SECOND, duration, duration_text, parse_rfc3339, rfc3339


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("30s", 30 * SECOND),
        ("1m30s", 90 * SECOND),
        ("1.5h", 90 * MINUTE),
        ("250ms", 250 * MILLISECOND),
        ("0", 0),
        ("-2s", -2 * SECOND),
        (".5s", 500 * MILLISECOND),
    ],
)
def test_a_duration_is_read_as_go_does(text: str, ns: int) -> None:
    assert duration(text) == ns


@pytest.mark.parametrize("text", ["", "5", "1x", "s", "1s2", "soon"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write for example 30s"):
        duration(text)


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0s"),
        (5 * SECOND, "5s"),
        (90 * SECOND, "1m30s"),
        (2160 * HOUR, "2160h0m0s"),
        (1500 * MILLISECOND, "1.5s"),
        (250 * MILLISECOND, "250ms"),
    ],
)
def test_a_duration_is_written_as_go_does(ns: int, text: str) -> None:
    assert duration_text(ns) == text
    assert duration(text) == ns


def test_a_time_drops_the_zeros_at_its_end_and_comes_back() -> None:
    at = parse_rfc3339("2026-03-02T09:00:00.5Z")
    assert rfc3339(at) == "2026-03-02T09:00:00.5Z"
    assert rfc3339(at - 500 * MILLISECOND) == "2026-03-02T09:00:00Z"
    assert parse_rfc3339("2026-03-02T10:00:00.5+01:00") == at
    assert rfc3339(0) == "0001-01-01T00:00:00Z"


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="is not an RFC 3339 time"):
        parse_rfc3339("yesterday")
