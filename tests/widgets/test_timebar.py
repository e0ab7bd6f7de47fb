"""The board's clock, branches and panels, with real labs behind it; the page is where the test says it is."""

import base64
import json

import pytest

from swarmlab import Lab, views
from swarmlab.errors import InvalidArgument
from swarmlab.timeline.trace import Trace
from swarmlab.widgets import board as board_module
from swarmlab.widgets import pump
from swarmlab.widgets.board import Board, Goal
from swarmlab.widgets.feed import replay
from swarmlab.widgets.panels import ago
from tests.traces import SECOND, START, host
from tests.widgets.paper import PaperSwarm
from tests.widgets.test_board import HeardBoard, pictures


@pytest.fixture(autouse=True)
def no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pump, "start", lambda tick: None)


@pytest.fixture
def lab() -> Lab:
    lab = Lab()
    manager = lab.host("swarm-manage")
    manager.sh("docker service create --name web --replicas 2 httpd:2.4")
    lab.settle()
    manager.sh("docker service scale web=4")
    lab.settle()
    return lab


def shown_by(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> HeardBoard:
    """The board of a lab, whose messages are kept, with a page that has said hello."""
    monkeypatch.setattr(board_module, "Board", HeardBoard)
    board = lab.board()
    assert isinstance(board, HeardBoard)
    board.say(t="hello")
    return board


@pytest.fixture
def board(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> HeardBoard:
    return shown_by(lab, monkeypatch)


def page(board: HeardBoard) -> views.Model:
    """What the page shows after all it was told."""
    first, *rest = pictures(board)
    return replay(first, rest)


def time_bar(board: HeardBoard) -> dict:
    bar: dict = {}
    for message in pictures(board):
        bar |= {key: message[key] for key in ("at", "moment", "end", "playing", "speed") if key in message}
    return bar


def told(board: HeardBoard, kind: str) -> list[dict]:
    return [m for m in board.heard if m["t"] == kind]


def when(lab: Lab, line: str) -> int:
    return next(row.at for row in lab.history.rows if row.kind == "command" and row.state["line"].startswith(line))


def test_every_place_of_the_time_bar_shows_the_page_what_was_then(board, lab):
    moments = sorted({row.at for row in lab.history.rows})
    for at in [*moments[::3], *reversed(moments[::5])]:
        board.seek(at)
        assert page(board) == views.model(lab.history.world(max(at, moments[0])))
    board.present()
    assert page(board) == views.model(lab.history.world())
    assert time_bar(board)["moment"] is None


def test_the_text_twin_and_the_table_follow_the_time_bar(board, lab):
    past = when(lab, "docker service create")
    board.seek(past)
    assert "web (httpd:2.4): wanted 2, running 2." in board.text()
    assert "as it was at 09:00:" in board.text().splitlines()[0]
    assert len(board.table()) == 1 + 2
    board.present()
    assert "wanted 4, running 4." in board.text()
    assert len(board.table()) == 1 + 4


def test_the_table_says_of_every_chip_what_the_page_shows(board, lab):
    model = page(board)
    names = {i: node["name"] for i, node in model["nodes"].items()}
    rows = sorted(
        (names[c["node"]], c["label"], c["state"], c["desired"], ago(lab.now // SECOND - c["since"]), c["health"])
        for c in model["tasks"].values()
    )
    assert sorted(row[:6] for row in board.table()[1:]) == rows


def test_a_step_goes_to_the_next_moment_and_back(board, lab):
    last = max(row.at for row in lab.history.rows if row.at < lab.now)
    board.say(t="step", by=-1)
    assert board.moment == last
    board.say(t="step", by=-1)
    assert board.moment is not None
    assert board.moment < last
    board.say(t="step", by=1)
    assert board.moment == last
    board.say(t="step", by=1)
    assert board.moment is None  # what comes next is the present


def test_a_step_at_the_present_lets_time_pass_until_something_changes(board, lab):
    lab.faults.kill(lab.history.world().tasks_of("web")[0]["id"])
    rows, now = len(lab.history), lab.now
    board.say(t="step", by=1)
    assert len(lab.history) > rows
    assert now < lab.now < now + 30 * SECOND
    assert page(board) == views.model(lab.history.world())


def test_a_step_where_nothing_is_to_come_ends_after_half_a_minute(board, lab):
    now, rows = lab.now, len(lab.history)
    board.say(t="step", by=1)
    assert (lab.now, len(lab.history)) == (now + 30 * SECOND, rows)


def test_the_past_is_played_at_the_chosen_speed_up_to_the_present(board, lab):
    begin = lab.now - 3 * SECOND
    board.seek(begin)
    board.say(t="play", speed=10)
    assert time_bar(board)["playing"]
    board._tick()
    assert board.moment == begin + SECOND // 2  # 0.05 s at speed 10
    for _ in range(6):
        board._tick()
    assert board.moment is None
    assert not time_bar(board)["playing"]
    assert page(board) == views.model(lab.history.world())


def test_the_past_stands_when_it_is_paused(board, lab):
    board.seek(lab.now - 3 * SECOND)
    board.say(t="play", speed=10)
    board.say(t="pause")
    moment = board.moment
    board._tick()
    assert board.moment == moment
    assert not time_bar(board)["playing"]


def test_play_and_pause_at_the_present_turn_the_lab_s_own_clock(board, lab):
    board.say(t="play", speed=5)
    assert time_bar(board)["playing"]
    assert lab._driver is not None
    assert (lab._driver.playing, lab._driver.speed) == (True, 5)
    board.say(t="pause")
    assert lab._driver is None
    assert not time_bar(board)["playing"]


def test_while_the_board_is_in_the_past_the_present_goes_on_unseen(board, lab):
    past = when(lab, "docker service create")
    board.seek(past)
    lab.host("swarm-manage").sh("docker service scale web=1")
    board._tick()
    assert page(board) == views.model(lab.history.world(past))
    assert time_bar(board)["end"] == lab.now // SECOND
    board.say(t="present")
    assert page(board) == views.model(lab.history.world())


def test_controls_do_nothing_in_the_past(board, lab):
    commands = len(lab.history.world().commands)
    service = lab.history.world().service("web")["id"]
    board.seek(lab.now - 3 * SECOND)
    board.say(t="scale", service=service, by=1)
    board.say(t="power", host="node1", on=False)
    assert len(lab.history.world().commands) == commands
    assert lab.history.world().faults == []


def test_a_rewind_ends_the_look_into_the_past(board, lab):
    past = when(lab, "docker service create")
    board.seek(lab.now - SECOND)
    lab.rewind(past)
    board._tick()
    assert board.moment is None
    assert page(board) == views.model(lab.history.world())


def test_a_page_that_comes_while_the_board_is_in_the_past_sees_the_past(board, lab):
    past = when(lab, "docker service create")
    board.seek(past)
    board.heard.clear()
    board.say(t="hello")
    assert page(board) == views.model(lab.history.world(past))
    board.say(t="present")
    assert page(board) == views.model(lab.history.world())


def test_events_to_jump_to_are_told_once_each(board, lab):
    first = board.heard[0]["marks"]
    lab.faults.stop("node1")
    board.refresh()
    new = [mark for message in pictures(board)[1:] for mark in message.get("m", [])]
    assert [mark[1:] for mark in new] == [["fault", "fault: stop node1"]]
    assert len({tuple(mark) for mark in first + new}) == len(first) + 1
    assert [mark[2] for mark in first] == [
        "[swarm-manage] docker service create --name web --replicas 2 httpd:2.4",
        "[swarm-manage] docker service scale web=4",
    ]
    board.say(t="seek", at=new[0][0])
    assert page(board)["hosts"]["node1"]["trouble"] == "machine off"


# --- branches -------------------------------------------------------------------------------------


def test_a_branch_begins_at_the_moment_shown_and_leaves_the_lab_alone(board, lab):
    past = when(lab, "docker service create")
    rows = len(lab.history)
    board.seek(past)
    board.say(t="branch")
    branch = board.branches["what if 1"]
    assert branch.now == past
    assert page(board) == views.model(branch.history.world())
    board.say(t="scale", service=branch.history.world().service("web")["id"], by=1)
    assert branch.history.world().service("web")["replicas"] == 3
    assert len(lab.history) == rows
    board.say(t="show", name="now")
    assert page(board) == views.model(lab.history.world(past))  # where it was left
    board.say(t="present")
    assert page(board)["services"] == views.model(lab.history.world())["services"]


def test_two_branches_are_compared_at_the_moment_shown(board, lab):
    board.branch("wider")
    board.branches["wider"].host("swarm-manage").sh("docker service scale web=5")
    board.refresh()
    assert board.compare("now") == [
        ("service web", "5 of 5 running, httpd:2.4", "4 of 4 running, httpd:2.4"),
        ("web.5", "running on swarm-manage", "none"),
    ]
    board.say(t="compare", name="now")
    assert told(board, "v")[-1]["table"] == [["WHAT", "wider", "now"], *map(list, board.compare("now"))]
    board.say(t="seek", at=when(lab, "docker service create") // 10**6)
    assert told(board, "v")[-1]["table"] == [["WHAT", "wider", "now"]]


def test_the_comparison_follows_both_branches(board, lab):
    board.branch("same")
    board.say(t="compare", name="now")
    before = len(told(board, "v"))
    board._tick()
    assert len(told(board, "v")) == before
    lab.host("swarm-manage").sh("docker service scale web=1")
    board._tick()
    assert len(told(board, "v")) == before + 1


def test_a_branch_that_cannot_be_is_refused_in_a_sentence(board):
    board.branch("once")
    with pytest.raises(InvalidArgument, match='a branch "once" already'):
        board.branch("once")
    with pytest.raises(InvalidArgument, match='no branch "nope"; there are: now, once'):
        board.show("nope")
    with pytest.raises(InvalidArgument, match='no branch "nope"'):
        board.compare("nope")
    paper = HeardBoard(PaperSwarm())
    with pytest.raises(InvalidArgument, match="Only a simulated swarm"):
        paper.branch()
    paper.say(t="branch")
    assert told(paper, "c")[-1]["said"] == "Only a simulated swarm can be branched."


# --- what controls type ---------------------------------------------------------------------------


def test_a_killed_task_is_killed_on_its_own_host_and_the_command_is_journaled(board, lab):
    chosen = lab.history.world().tasks_of("web")[0]
    board.say(t="kill", task=chosen["id"])
    line = f"docker kill {chosen['container'][:12]}"
    assert (told(board, "c")[-1]["host"], told(board, "c")[-1]["line"]) == (chosen["node"], line)
    assert told(board, "c")[-1]["code"] == 0
    assert lab.history.world().commands[-1].state == {"host": chosen["node"], "line": line, "exit_code": 0}
    assert any(op["op"] == "command" and op["line"] == line for op in lab.session.journal.ops)
    killed = [row.state["state"] for row in lab.history.rows if row.id == chosen["id"] and row.state]
    assert killed[-1] == "failed"


def test_a_published_port_is_a_service_update(board, lab):
    service = lab.history.world().service("web")["id"]
    board.say(t="publish", service=service, published=8080, target=80)
    assert told(board, "c")[-1]["line"] == "docker service update --publish-add published=8080,target=80 web"
    assert page(board)["services"][service]["ports"] == "*:8080->80/tcp"


def test_a_machine_is_switched_off_and_on_by_a_fault_that_is_journaled(board, lab):
    board.say(t="power", host="node1", on=False)
    assert told(board, "c")[-1] == {"t": "c", "host": "", "line": 'lab.faults.stop("node1")', "code": 0, "said": ""}
    assert page(board)["hosts"]["node1"]["trouble"] == "machine off"
    assert lab.session.journal.ops[-1]["op"] in ("fault", "advance")
    board.say(t="power", host="node1", on=True)
    assert page(board)["hosts"]["node1"]["trouble"] == ""
    names = [op["name"] for op in lab.session.journal.ops if op["op"] == "fault"]
    assert names == ["stop", "start"]
    board.say(t="power", host="node1", on=True)
    assert told(board, "c")[-1]["said"] == "node1 is running already"


@pytest.mark.parametrize(
    "message",
    [
        {"t": "kill", "task": "no such task"},
        {"t": "publish", "service": "web", "published": "80; reboot", "target": 80},
        {"t": "publish", "service": "WEB", "published": True, "target": 80},
        {"t": "publish", "service": "WEB", "published": 70000, "target": 80},
        {"t": "power", "host": "mars", "on": False},
        {"t": "seek", "at": "yesterday"},
        {"t": "step", "by": 7},
        {"t": "select", "kind": "planet", "id": "mars", "tab": "story"},
        {"t": "select", "kind": "task", "id": "x", "tab": "secrets"},
        {"t": "show", "name": "no such branch"},
    ],
)
def test_a_message_that_makes_no_sense_changes_nothing(board, lab, message):
    if message.get("service") == "WEB":
        message = message | {"service": lab.history.world().service("web")["id"]}
    digest = lab.digest()
    board.say(**message)
    assert lab.digest() == digest
    assert board.moment is None


# --- panels ---------------------------------------------------------------------------------------


def test_the_story_of_a_task_is_told_and_goes_on_while_it_is_open(board, lab):
    chosen = lab.history.world().tasks_of("web")[0]
    board.say(t="select", kind="task", id=chosen["id"], tab="story")
    story = told(board, "i")[-1]
    assert story["head"] == f"task web.1 ({chosen['id'][:12]})"
    assert [row[1] for row in story["table"]] == [
        "STATE", "new", "pending", "assigned", "preparing", "starting", "running",
    ]  # fmt: skip
    board._tick()
    assert len(told(board, "i")) == 1
    lab.faults.kill(chosen["id"])
    lab.settle()
    board._tick()
    assert told(board, "i")[-1]["table"][-1][1:4] == ["failed", "shutdown", "orchestrator"]
    board.say(t="select")
    lab.host("swarm-manage").sh("docker service scale web=1")
    board._tick()
    assert len(told(board, "i")) == 2


def test_inspect_is_what_docker_inspect_prints_and_leaves_no_trace(board, lab):
    chosen = lab.history.world().tasks_of("web")[0]
    printed = lab.host("swarm-manage").sh(f"docker inspect {chosen['id']}").stdout
    rows = len(lab.history)
    board.say(t="select", kind="task", id=chosen["id"], tab="inspect")
    assert json.loads(told(board, "i")[-1]["text"]) == json.loads(printed)
    assert len(lab.history) == rows
    for kind, i in (("service", chosen["service_id"]), ("node", chosen["node_id"])):
        board.say(t="select", kind=kind, id=i, tab="inspect")
        assert json.loads(told(board, "i")[-1]["text"])[0]["ID"] == i


def test_why_is_what_the_lab_says(board, lab):
    chosen = lab.history.world().tasks_of("web")[0]
    board.say(t="select", kind="task", id=chosen["id"], tab="why")
    assert told(board, "i")[-1]["text"] == repr(lab.why(chosen["id"]))


def test_the_slot_and_the_machine_behind_a_node_have_pages_of_their_own(board, lab):
    chosen = lab.history.world().tasks_of("web")[0]
    lab.faults.kill(chosen["id"])
    lab.settle()
    board.say(t="select", kind="task", id=chosen["id"], tab="slot")
    assert [row[2] for row in told(board, "i")[-1]["table"]] == ["STATE", "running", "failed"]
    lab.faults.stop("node1")
    board.say(t="select", kind="node", id=lab.history.world().node("node1")["id"], tab="machine")
    assert [row[1] for row in told(board, "i")[-1]["table"]] == ["STATE", "on", "off"]


def test_in_the_past_the_story_ends_there_and_nobody_is_asked(board, lab):
    chosen = lab.history.world().tasks_of("web")[0]
    assigned = next(r.at for r in lab.history.rows if r.id == chosen["id"] and r.state["state"] == "assigned")
    board.say(t="select", kind="task", id=chosen["id"], tab="story")
    board.seek(assigned)
    board._tick()
    assert told(board, "i")[-1]["table"][-1][1] == "assigned"
    board.say(t="select", kind="task", id=chosen["id"], tab="inspect")
    assert told(board, "i")[-1]["text"] == "The engine knows the present only: return to it to ask."


def test_what_is_gone_says_so(board, lab):
    board.say(t="select", kind="task", id="nosuchtask", tab="inspect")
    assert told(board, "i")[-1]["text"] == "That task is gone: its story remains."
    assert told(board, "i")[-1]["head"] == "this task is not known"


def test_a_chart_is_drawn_of_the_moment_shown_with_its_table_and_its_words(board, lab):
    board.say(t="chart", name="placement")
    drawn = told(board, "p")[-1]
    assert drawn["table"] == [[str(cell) for cell in row] for row in lab.charts.placement().table()]
    assert drawn["alt"] == lab.charts.placement().summary
    assert b"<svg" in base64.b64decode(drawn["svg"])
    past = when(lab, "docker service create")
    board.say(t="seek", at=past // 10**6)
    assert told(board, "p")[-1]["alt"] == lab.charts.placement(at=past).summary
    assert told(board, "p")[-1]["alt"] != drawn["alt"]
    board.say(t="chart", name="")
    board.say(t="present")
    assert len(told(board, "p")) == 2


def test_a_chart_that_cannot_be_drawn_says_why(board):
    board.say(t="chart", name="replicas", service="nope")
    assert "The trace knows no service called nope" in told(board, "p")[-1]["alt"]
    board.say(t="chart", name="pie")
    assert told(board, "p")[-1]["alt"].startswith('There is no chart "pie"')


# --- goals ----------------------------------------------------------------------------------------


def test_the_goals_of_the_exercise_that_was_begun_stand_beside_the_board_and_tick(monkeypatch):
    lab = Lab()
    board = shown_by(lab, monkeypatch)
    assert board.heard[0]["goals"] == []
    lab.exercise("1.1")
    board.refresh()
    goals = pictures(board)[-1]["goals"]
    assert goals
    assert not any(done for _, done, _ in goals)
    assert goals[0][2] == "Exercise 1.1: One running task, from a pinned image"
    lab.host("swarm-manage").sh("docker service create --name web-server httpd:2.4.65")
    lab.advance("10s")
    board.refresh()
    assert all(done for _, done, _ in pictures(board)[-1]["goals"])
    assert lab.check("1.1").passed


def test_goals_are_looked_at_when_something_changed_and_not_at_every_tick():
    looked = []

    def goals():
        looked.append(1)
        return [Goal("a", True)]

    swarm = PaperSwarm()
    board = HeardBoard(swarm, swarm, goals=goals)
    board.say(t="hello")
    for _ in range(50):
        swarm.now += SECOND
        board._tick()
    assert len(looked) <= 3


# --- a board that knows no more than a trace ------------------------------------------------------


def test_a_real_swarm_s_board_can_look_back_but_turns_no_clock():
    swarm = PaperSwarm()
    board = HeardBoard(swarm, swarm, badge="real swarm")
    board.say(t="hello")
    assert board.heard[0]["simulated"] is False
    swarm.run("swarm-manage", "docker service scale web=5")
    board.refresh()
    board.say(t="seek", at=START // 10**6 + 30_000)
    assert page(board)["services"]["id-web"]["wanted"] == 3
    board.say(t="play", speed=60)
    for _ in range(30):
        board._tick()
    assert board.moment is None
    assert page(board)["services"]["id-web"]["wanted"] == 5
    now = swarm.now
    board.say(t="step", by=1)
    board.say(t="play", speed=60)
    assert swarm.now == now
    board.say(t="select", kind="task", id="web1t1", tab="inspect")
    assert told(board, "i")[-1]["text"] == "There is nobody to ask here."


def test_machines_outside_of_a_swarm_have_columns_and_a_sentence():
    swarm = PaperSwarm()
    swarm.trace = Trace()
    swarm.add("host", host("node1", closed=["2377/tcp"]))
    board = Board(swarm)
    assert "node1 (192.168.1.12; firewall closed: 2377/tcp): not in a swarm." in board.text()
    assert "is not in a swarm" in board.svg()


def test_a_board_made_before_a_page_is_there_can_be_turned_back():
    lab = Lab()
    lab.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    board = lab.board()
    board.seek(lab.history.rows[0].at)
    assert "web" not in board.text()
    board.step()
    board.present()
    assert "web (httpd:2.4)" in board.text()


def test_a_branch_from_before_the_lab_began_begins_with_the_lab(board, lab):
    board.seek(lab.history.rows[0].at)
    board.branch("from the beginning")
    branch = board.branches["from the beginning"]
    assert branch.now == lab.session.began > lab.history.rows[0].at
    assert branch.history.world().services == {}
