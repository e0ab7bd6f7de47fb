"""``swarmlab chart``: the picture and the words of a session that is over."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from swarmlab import Lab
from swarmlab.__main__ import main


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setenv("SWARMLAB_HOME", str(tmp_path))
    lab = Lab(name="monday")
    lab.host("swarm-manage").sh("docker service create --name web --replicas 2 httpd:2.4")
    lab.advance("30s")
    lab.host("swarm-manage").sh("docker service scale web=3")
    lab.session.mark()
    return lab


def chart(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["chart", *arguments])


def test_the_chart_of_a_kept_session_is_that_of_its_lab(kept: Lab, tmp_path: Path) -> None:
    done = chart("replicas", "web", "--session", "monday", "-o", str(tmp_path / "web.svg"))
    assert (done.output, done.exit_code) == (kept.charts.replicas("web").text() + "\n", 0)
    assert (tmp_path / "web.svg").read_bytes() == kept.charts.replicas("web").image("svg")
    again = chart("replicas", "web", "--journal", str(kept.session.journal.path), "-o", str(tmp_path / "web.png"))
    assert again.output == done.output
    assert (tmp_path / "web.png").read_bytes().startswith(b"\x89PNG")


def test_an_earlier_moment_can_be_drawn(kept: Lab) -> None:
    at = kept.history.rows[0].at + 30 * 10**9
    done = chart("placement", "--session", "monday", "--at", "30s")
    assert done.output == kept.charts.placement(at=at).text() + "\n"
    assert "2 in all" in done.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["pie", "--session", "monday"], 'There is no chart "pie"; there are: placement'),
        (["placement"], "say which session: --session NAME, or --journal FILE"),
        (["placement", "--session", "friday"], "friday"),
        (["placement", "--session", "monday", "-o", "x.gif"], "x.gif is no picture that can be drawn"),
        (["placement", "--session", "monday", "--at", "soon"], "soon"),
        (["replicas", "db", "--session", "monday"], "no service called db"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(arguments: list[str], sentence: str) -> None:
    done = chart(*arguments)
    assert sentence in done.output
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
