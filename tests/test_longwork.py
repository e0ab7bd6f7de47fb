"""The bar of long work: there when work is long and somebody looks, and gone at the end."""

import io
import time
from contextlib import redirect_stdout

import pytest
from jupyter_client.manager import run_kernel

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


@pytest.mark.parametrize("sits_there", [True, False])
def test_in_a_notebook_it_shows_where_somebody_can_answer(sits_there: bool) -> None:
    code = (
        "import time; from swarmlab import longwork; longwork.LONG = longwork.EVERY = 0.01\n"
        "with longwork.shown('counting', lambda: 0.42): time.sleep(1)"
    )
    with run_kernel(kernel_name="python3") as client:
        client.execute_interactive(code, allow_stdin=sits_there, output_hook=(heard := []).append, timeout=60)
    said = "".join(message["content"].get("text", "") for message in heard)
    assert ("counting:  42 %" in said) is sits_there


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
