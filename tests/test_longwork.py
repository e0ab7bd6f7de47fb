"""The bar of long work: there when work is long and somebody looks, and gone at the end."""

import io
import time
from contextlib import redirect_stdout

import pytest

from swarmlab import Lab, longwork


class Terminal(io.StringIO):
    """Standard output at which somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(longwork, "LONG", 0.05)
    monkeypatch.setattr(longwork, "EVERY", 0.01)


def work(terminal: io.StringIO, seen: str) -> None:
    """Go on until a bar has said `seen`, or for ten seconds."""
    end = time.monotonic() + 10
    while seen not in terminal.getvalue() and time.monotonic() < end:
        time.sleep(0.01)


def test_long_work_shows_how_much_is_done_and_wipes_it_away() -> None:
    with redirect_stdout(Terminal()) as terminal, longwork.shown("counting", lambda: 0.42):
        work(terminal, " 42 %")
    assert "counting:  42 % |" in terminal.getvalue()
    assert terminal.getvalue().split("\r")[-2].strip() == ""


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(longwork, "LONG", 60.0)
    with redirect_stdout(Terminal()) as terminal, longwork.shown("counting", lambda: 0.42):
        pass
    assert terminal.getvalue() == ""


def test_where_nobody_looks_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    with longwork.shown("counting", lambda: pytest.fail("asked")):
        pass
    assert capsys.readouterr().out == ""


def test_a_bar_goes_away_when_work_fails() -> None:
    terminal = Terminal()

    def fail() -> None:
        with redirect_stdout(terminal), longwork.shown("counting", lambda: 0.5):
            work(terminal, " 50 %")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert terminal.getvalue().split("\r")[-2].strip() == ""


def test_letting_time_pass_tells_how_much_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    lab, terminal = Lab(), Terminal()
    advance = lab.session.advance

    def slowly(ns: int) -> None:
        advance(ns // 2)
        work(terminal, " 50 %")
        advance(ns // 2)

    monkeypatch.setattr(lab.session, "advance", slowly)
    with redirect_stdout(terminal):
        lab.advance("10s")
    assert "letting time pass:  50 % |" in terminal.getvalue()
