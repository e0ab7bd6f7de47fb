"""The board without a page and with one that only listens: what is sent, typed, stored and said."""

import base64
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from swarmlab import views
from swarmlab.errors import Unavailable
from swarmlab.timeline.trace import Trace
from swarmlab.widgets import pump
from swarmlab.widgets.board import Board, Goal
from swarmlab.widgets.feed import replay
from swarmlab.widgets.shown import ASSETS, last_line
from swarmlab.widgets.shown import module as script_of_the_page
from swarmlab.widgets.telling import SCRIPTS
from tests.traces import node, service, task
from tests.widgets.paper import PaperSwarm


class HeardBoard(Board):
    """A board whose messages are kept; its page is where the test says it is, and no thread runs."""

    def __init__(self, *args, **kwargs):
        self.heard = []
        super().__init__(*args, **kwargs)

    def send(self, content, buffers=None):
        self.heard.append(content)

    def say(self, **message):
        """What the page sends."""
        self._handle_custom_msg(message, [])


@pytest.fixture
def swarm():
    return PaperSwarm()


@pytest.fixture
def board(swarm, monkeypatch):
    monkeypatch.setattr(pump, "start", lambda tick: None)
    return HeardBoard(swarm, swarm)


def pictures(board):
    return [m for m in board.heard if m["t"] in "fd"]


def test_nothing_is_sent_before_a_page_says_hello(board, swarm):
    swarm.run("swarm-manage", "docker service scale web=5")
    board.refresh()
    assert board.heard == []
    assert "wanted 5, running 5" in board.text()


def test_hello_gets_everything_and_then_only_what_changes(board, swarm):
    board.say(t="hello")
    assert [m["t"] for m in board.heard] == ["f"]
    assert set(board.heard[0]["looks"]) == set(views.LOOKS)
    swarm.run("swarm-manage", "docker service scale web=5")
    board.refresh()
    first, *rest = pictures(board)
    assert [m["t"] for m in rest] == ["d"]
    assert replay(first, rest) == views.model(swarm.trace.world())


def test_the_first_paint_needs_no_message(board, swarm):
    snapshot = board.get_state()["snapshot"]
    assert replay(snapshot, []) == views.model(swarm.trace.world())


def test_a_click_on_plus_types_the_docker_command_on_the_leader_and_shows_it(board, swarm):
    board.say(t="hello")
    board.say(t="scale", service="id-web", by=1)
    assert swarm.typed == [("swarm-manage", "docker service scale web=4")]
    shown = [m for m in board.heard if m["t"] == "c"]
    line = {"t": "c", "host": "swarm-manage", "line": "docker service scale web=4"}
    assert shown == [line, {**line, "code": 0, "said": "verify: Service web converged"}]
    assert replay(pictures(board)[0], pictures(board)[1:])["services"]["id-web"]["wanted"] == 4


def test_two_quick_clicks_scale_by_two(board, swarm):
    for _ in range(2):
        board.say(t="scale", service="id-web", by=1)
    assert [line for _, line in swarm.typed] == ["docker service scale web=4", "docker service scale web=5"]


def test_a_service_is_never_scaled_below_zero(board, swarm):
    for _ in range(5):
        board.say(t="scale", service="id-web", by=-1)
    assert swarm.typed[-1][1] == "docker service scale web=0"


def test_drain_and_activate_type_a_node_update(board, swarm):
    board.say(t="availability", node="id-node1", to="drain")
    board.say(t="availability", node="id-node1", to="active")
    assert [line for _, line in swarm.typed] == [
        "docker node update --availability drain node1",
        "docker node update --availability active node1",
    ]
    assert "node1 (worker; ready, active; 192.168.1.12; 2 CPU, 4 GiB): web.1 shutdown." in board.text()


@pytest.mark.parametrize(
    "message",
    [
        {"t": "scale", "service": "no-such", "by": 1},
        {"t": "scale", "service": "id-web", "by": 1000},
        {"t": "scale", "service": "id-web", "by": "; rm"},
        {"t": "availability", "node": "id-node1", "to": "drain; reboot"},
        {"t": "availability"},
        {"t": "no such message"},
        {},
    ],
)
def test_a_message_that_makes_no_sense_does_nothing(board, swarm, message):
    board.say(**message)
    board._handle_custom_msg("not even a dict", [])
    assert swarm.typed == []


def test_a_board_without_actions_shows_no_controls_and_runs_nothing(swarm, monkeypatch):
    monkeypatch.setattr(pump, "start", lambda tick: None)
    board = HeardBoard(swarm)
    board.say(t="hello")
    board.say(t="scale", service="id-web", by=1)
    assert [m["t"] for m in board.heard] == ["f"]
    assert board.heard[0]["controls"] is False


def test_an_action_that_cannot_be_done_is_told_in_a_sentence(swarm, monkeypatch):
    monkeypatch.setattr(pump, "start", lambda tick: None)

    class Nobody:
        def run(self, host, command_line):
            raise Unavailable("No manager answers.")

    board = HeardBoard(swarm, Nobody())
    board.say(t="scale", service="id-web", by=1)
    assert (board.heard[-1]["code"], board.heard[-1]["said"]) == (1, "No manager answers.")


def test_after_a_rewind_the_page_gets_everything_anew(board, swarm):
    board.say(t="hello")
    swarm.run("swarm-manage", "docker service scale web=5")
    board.refresh()
    swarm.trace.cut(7)
    board.refresh()
    assert [m["t"] for m in board.heard] == ["f", "d", "f"]
    assert replay(board.heard[0], board.heard[1:]) == views.model(swarm.trace.world())
    assert "running 3." in board.text()


def test_a_burst_reaches_the_page_in_steps_so_that_tasks_are_seen_to_start(board, swarm):
    board.say(t="hello")
    swarm.run("swarm-manage", "docker service scale web=8")
    for _ in range(40):
        board._tick()
    states = [s["state"] for m in pictures(board)[1:] for s in m.get("k", {}).values() if "state" in s]
    assert {"preparing", "starting", "running"} <= set(states)
    assert len(pictures(board)) < 30
    assert replay(pictures(board)[0], pictures(board)[1:]) == views.model(swarm.trace.world())


def test_a_small_burst_is_slow_enough_to_be_seen_and_the_first_picture_comes_at_once(board, swarm):
    board.say(t="hello")
    swarm.run("swarm-manage", "docker service scale web=4")  # six rows
    board._tick()
    assert len(pictures(board)) == 2
    ticks = 1
    while board._live.backlog:
        board._tick()
        ticks += 1
    assert 15 <= ticks <= 30  # of 0.05 s
    assert len(pictures(board)) == 1 + 6


def test_the_clock_moves_on_although_nothing_happens(board, swarm):
    board.say(t="hello")
    board._tick()
    assert len(board.heard) == 1
    swarm.now += 5 * 10**9
    board._tick()
    assert board.heard[1]["at"] == board.heard[0]["at"] + 5
    assert replay(board.heard[0], board.heard[1:]) == views.model(swarm.trace.world())


def test_goals_tick_when_they_are_reached(swarm, monkeypatch):
    monkeypatch.setattr(pump, "start", lambda tick: None)

    def goals():
        return [Goal("web runs 4", len(swarm.trace.world().tasks_of("web")) == 4)]

    board = HeardBoard(swarm, swarm, goals=goals)
    board.say(t="hello")
    board.say(t="scale", service="id-web", by=1)
    assert board.heard[0]["goals"] == [["web runs 4", False]]
    assert pictures(board)[-1]["goals"] == [["web runs 4", True]]


def test_the_stored_picture_is_an_image_whose_alternative_text_is_the_text_twin(board, swarm):
    stored = board._stored()
    assert stored["text/plain"] == board.text()
    found = re.search(r'<img alt="([^"]*)" .*src="data:image/svg\+xml;base64,([^"]*)">', stored["text/html"], re.S)
    assert found is not None
    assert found[1] == board.text()
    assert base64.b64decode(found[2]).decode() == board.svg()


def test_the_stored_picture_shows_every_task_that_the_text_names(board, swarm):
    waiting = task("web", 4, "", 9, state="pending", err="no suitable node (1 node not available)")
    swarm.add("task", waiting)
    swarm.add("node", node("node2", "192.168.1.13", state="down"))
    swarm.add("service", service("db", 1))
    picture, words = board.svg(), board.text()
    for name in ("web.1", "web.2", "web.3", "web.4"):
        assert f">{name}<" in picture
        assert name in words
    for name in ("swarm-manage", "node1", "node2", "db (httpd:2.4): wanted 1, running 0."):
        assert name in picture
        assert name in words
    assert ">down · active<" in picture
    assert "node2 (worker; down, active;" in words


def test_of_the_history_of_a_slot_the_stored_picture_shows_the_newest(swarm):
    for number in (10, 11, 12):
        swarm.add("task", task("web", 9, "node1", number, state="failed", desired="shutdown", err=f"exit {number}"))
    board = Board(swarm)
    assert board.svg().count(">web.9<") == 1
    assert board.text().count("web.9 failed") == 3


def test_a_swarm_of_two_thousand_tasks_still_has_a_picture(swarm):
    for number in range(400):
        swarm.add("task", task("web", number + 10, "node1", number))
    picture = Board(swarm).svg()
    assert picture.count('width="11"') == 403


def test_an_empty_trace_says_what_to_expect(swarm):
    swarm.trace = Trace()
    board = Board(swarm, badge="real swarm")
    assert board.text() == "Swarm (real swarm)\nNo swarm yet: no node has joined."
    assert "No swarm yet" in board.svg()


def test_a_board_left_behind_at_the_end_of_python_makes_no_noise():
    script = "from tests.widgets.paper import PaperSwarm as P; from swarmlab.widgets.board import Board; b = Board(P())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_closed_board_looks_no_more(swarm):
    board = HeardBoard(swarm, swarm)
    board.say(t="hello")
    running = board._pump
    board.close()
    assert running is not None
    assert running._stopped.is_set()
    assert board._pump is None


def test_outside_jupyter_the_board_shows_words(board, capsys):
    board._ipython_display_()
    assert capsys.readouterr().out == board.text() + "\n"


def test_what_docker_said_last_is_shown_without_its_progress():
    assert last_line("web scaled to 4\r\n1/4: running \rverify: converged\n\n") == "verify: converged"
    assert last_line("") == ""


def test_a_thread_pumps_until_it_is_stopped():
    import threading

    called = threading.Event()
    running = pump.start(called.set)
    assert called.wait(5)
    running.stop()


def test_without_threads_and_without_a_loop_nothing_is_pumped():
    assert pump.start(lambda: None, platform="emscripten") is None


def test_in_a_browser_the_event_loop_pumps():
    import asyncio

    async def main():
        called = asyncio.Event()
        running = pump.start(called.set, platform="emscripten")
        await asyncio.wait_for(called.wait(), 5)
        running.stop()

    asyncio.run(main())


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here to read the page's half")
def test_the_page_module_loads_and_offers_what_anywidget_calls(tmp_path: Path):
    module = tmp_path / "board.mjs"
    module.write_text(script_of_the_page(SCRIPTS))
    script = f"import('{module}').then(m => console.log(Object.keys(m.default()).join()))"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=30, check=False)
    assert (done.stdout.strip(), done.stderr) == ("initialize,render", "")


def test_the_assets_ask_for_nothing_from_outside():
    for name in (*SCRIPTS, "board.css"):
        text = (ASSETS / name).read_text()
        assert not re.search(r"https?:|//cdn|@import|\bimport\s", text), name
