"""What is drawn is what the table says, and what the table says is what the trace says."""

import itertools
import re
import subprocess
import sys

import pytest
from matplotlib.patches import Rectangle

from swarmlab import charts, views
from swarmlab.errors import NotFound
from swarmlab.timeline.trace import Row, Trace
from tests.traces import SECOND, START, node, rows, service, task, three_nodes, web


def history() -> Trace:
    """web: three running; asked for four at 10 s; node1 drained at 20 s, its task replaced at 25 s; one task waits."""
    trace = web(3)
    old = task("web", 1, "node1", 1, desired="shutdown", state="shutdown")
    trace.rows += rows(("service", service("web", 4)), at=10)
    trace.rows += rows(("node", node("node1", "192.168.1.12", availability="drain")), ("task", old), at=20)
    trace.rows += rows(("task", task("web", 1, "node2", 2)), ("task", task("web", 4, "", 3, state="pending")), at=25)
    trace.append(Row(START + 40 * SECOND, "command", "c1", {"id": "c1"}))
    return trace


def cells(chart):
    """The numbers in the cells of a heat map, by (row, column)."""
    drawn = {}
    for text in chart.axes.texts:
        x, y = text.get_position()
        if text.get_text().isdigit():
            drawn[round(y), round(x)] = int(text.get_text())
    return drawn


def test_the_placement_drawn_equals_the_table_and_the_model():
    world = history().world()
    chart = charts.placement(world)
    assert chart.table() == [
        ("NODE", "STATE", "web", "SUM"),
        ("swarm-manage", "active", 1, 1),
        ("node1", "drain", 0, 0),
        ("node2", "active", 2, 2),
    ]
    assert cells(chart) == {
        (y, x): count for y, row in enumerate(views.placement(world).counts) for x, count in enumerate(row)
    }
    assert [label.get_text() for label in chart.axes.get_yticklabels()] == ["swarm-manage", "node1 (drain)", "node2"]
    assert [label.get_text() for label in chart.axes.get_xticklabels()] == ["web"]


def test_zeros_are_white_more_tasks_are_darker_and_closed_nodes_are_hatched():
    chart = charts.placement(history().world())
    boxes = {round(p.get_y() + 0.46): p for p in chart.axes.patches if isinstance(p, Rectangle)}
    brightness = {y: sum(box.get_facecolor()[:3]) for y, box in boxes.items()}
    assert brightness[1] == 3.0
    assert brightness[2] < brightness[0] < 3.0
    assert {y: box.get_hatch() or "" for y, box in boxes.items()} == {0: "", 1: "///", 2: ""}


def test_the_placement_says_its_numbers_in_a_sentence():
    assert charts.placement(history().world()).summary == (
        "Running tasks by node: swarm-manage: 1, node1 (drain): 0, node2: 2; 3 in all."
    )


@pytest.mark.parametrize(
    ("trace", "words"),
    [(Trace(), "No swarm yet: no node has joined."), (Trace(three_nodes()), "3 nodes and no services.")],
)
def test_an_empty_placement_says_so(trace, words):
    chart = charts.placement(trace.world())
    assert words in [text.get_text() for text in chart.axes.texts]
    assert chart.summary == words
    assert chart.image().startswith(b"\x89PNG")


def test_wanted_and_running_are_drawn_as_the_table_says():
    chart = charts.replicas(history(), "web")
    assert chart.table() == [
        ("SECOND", "WANTED", "RUNNING"),
        ("1", 3, 3),
        ("10", 4, 3),
        ("20", 4, 2),
        ("25", 4, 3),
    ]
    lines = {line.get_label(): line for line in chart.axes.lines}
    for name, column in (("wanted", 1), ("running", 2)):
        drawn = list(zip(*lines[name].get_data(), strict=True))[:-1]  # the last point only prolongs the line
        assert drawn == [(float(row[0]), row[column]) for row in chart.table()[1:]]


def test_the_gap_is_shaded_exactly_where_fewer_run_than_wanted():
    chart = charts.replicas(history(), "web")
    gaps = [(p.get_x(), p.get_x() + p.get_width(), p.get_y(), p.get_y() + p.get_height()) for p in chart.axes.patches]
    assert gaps == [(10, 20, 3, 4), (20, 25, 2, 4), (25, 40, 3, 4)]
    assert chart.summary == "web: wanted 4, running 3; fewer than wanted ran for 30 of 39 seconds."


def test_charts_over_time_reach_to_the_present_although_nothing_happened_since():
    now = START + 100 * SECOND
    assert charts.replicas(history(), "web", until=now).summary.endswith("ran for 90 of 99 seconds.")
    assert charts.timeline(history(), "web", until=now).table()[-1][4] == "100"


def test_a_removed_service_ends_at_zero():
    trace = web(1)
    trace.append(Row(START + 5 * SECOND, "service", "id-web", None))
    trace.append(Row(START + 6 * SECOND, "task", "web1t1", None))
    assert charts.replicas(trace, "web").table()[1:] == [("1", 1, 1), ("5", 0, 1), ("6", 0, 0)]


def test_a_global_service_wants_what_the_orchestrator_desires():
    trace = Trace(three_nodes())
    trace.rows += rows(("service", service("agent", 0, mode="global")), ("task", task("agent", 0, "node1")), at=3)
    assert charts.replicas(trace, "agent").table()[1:] == [("3", 1, 1)]


def test_a_service_that_never_was_is_named_in_one_sentence():
    with pytest.raises(NotFound, match="no service called nope; `docker service ls`"):
        charts.replicas(web(1), "nope")


def test_every_bar_of_the_timeline_is_a_row_of_its_table():
    chart = charts.timeline(history(), "web")
    table = chart.table()[1:]
    assert [row[:5] for row in table] == [
        ("web.1", "node1", "running", "1", "20"),
        ("web.1", "node1", "shutdown", "20", "40"),
        ("web.1", "node2", "running", "25", "40"),
        ("web.2", "node2", "running", "1", "40"),
        ("web.3", "swarm-manage", "running", "1", "40"),
        ("web.4", "-", "pending", "25", "40"),
    ]
    living = [row for row in table if not views.look(row[2]).ended]
    bars = [(p.get_x(), p.get_x() + p.get_width()) for p in chart.axes.patches]
    assert bars == [(float(row[3]), float(row[4])) for row in living]
    ended = [(text.get_position()[0], text.get_text()) for text in chart.axes.texts]
    assert ended == [(20, "□")]
    assert [label.get_text() for label in chart.axes.get_yticklabels()] == [
        "web.1 @ node1",
        "web.1 @ node2",
        "web.2 @ node2",
        "web.3 @ swarm-manage",
        "web.4 @ no node",
    ]
    assert chart.summary == "5 tasks, 1 of them ended."


def test_a_long_timeline_draws_as_many_lanes_as_fit_and_says_so():
    trace = web(3)
    trace.rows += rows(*(("task", task("web", slot, "node1")) for slot in range(4, 81)), at=2)
    chart = charts.timeline(trace)
    assert chart.summary == "80 tasks, 0 of them ended. The first 60 are drawn."
    assert len(chart.axes.patches) == len(chart.table()) - 1 == 60


def test_a_chart_is_shown_as_an_image_with_its_words():
    chart = charts.placement(history().world())
    shown = chart._repr_mimebundle_()
    assert shown["text/plain"] == chart.text()
    assert re.match(r'<img alt="Running tasks by node: .*src="data:image/png;base64,iVBOR', shown["text/html"], re.S)
    assert "node2         active  2    2" in chart.text()


def test_the_same_rows_give_the_same_bytes():
    first, second = (charts.placement(history().world()) for _ in range(2))
    assert first.image("svg") == second.image("svg")
    assert first.image() == second.image()


def test_a_chart_can_be_drawn_into_axes_that_exist(tmp_path):
    first = charts.placement(history().world())
    axes = first.figure.add_subplot()
    assert charts.replicas(history(), "web", ax=axes).axes is axes
    first.save(str(tmp_path / "both.svg"))
    assert "<svg" in (tmp_path / "both.svg").read_text()


def test_matplotlib_loads_only_when_a_chart_is_drawn():
    script = "import sys, swarmlab.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == 0


# --- rollouts, requests, nodes over time ------------------------------------------------------------------------------


def updated() -> Trace:
    """Three tasks of `web`, replaced one by one from second 10 on, the last of them at second 30."""
    trace = web(3)
    for n, second in enumerate((10, 20, 30), start=1):
        if n == 1:
            trace.rows += rows(("service", service("web", 3, image="httpd:2.5", update="updating")), at=10)
        old = task("web", n, ("node1", "node2", "swarm-manage")[n - 1], state="shutdown", desired="shutdown")
        new = task("web", n, "node1", second + 1, image="httpd:2.5")
        trace.rows += rows(("task", old), at=second)
        trace.rows += rows(("task", new), at=second + 1)
    trace.rows += rows(("service", service("web", 3, image="httpd:2.5", update="completed")), at=40)
    return trace


def test_a_rollout_draws_the_running_tasks_of_each_revision_as_its_table_says():
    chart = charts.rollout(updated(), "web")
    header, *table = chart.table()
    assert header == ("SECOND", "WANTED", "REVISION 1", "REVISION 2", "UPDATE")
    assert table == [
        ("1", 3, 3, 0, "-"),
        ("10", 3, 2, 0, "updating"),
        ("11", 3, 2, 1, "updating"),
        ("20", 3, 1, 1, "updating"),
        ("21", 3, 1, 2, "updating"),
        ("30", 3, 0, 2, "updating"),
        ("31", 3, 0, 3, "updating"),
        ("40", 3, 0, 3, "completed"),
    ]
    moments = [float(row[0]) for row in table]
    middles = [(one + other) / 2 for one, other in itertools.pairwise([*moments, moments[-1] + 0.5])]
    for number, area in enumerate(chart.axes.collections):
        path = area.get_paths()[0]
        heights = [sum(path.contains_point((x, level + 0.5)) for level in range(4)) for x in middles]
        assert heights == [row[2 + number] for row in table]
    assert [text.get_text().strip() for text in chart.axes.texts] == ["updating", "completed"]
    labels = [text.get_text() for text in chart.axes.get_legend().get_texts()]
    assert labels == ["revision 1 (httpd:2.4)", "revision 2 (httpd:2.5)", "wanted"]
    assert chart.summary == (
        "web: 2 revisions, the last update is completed; since the first began, 2 to 3 tasks ran of 3 wanted;"
        " 3 of the newest run."
    )


def test_a_service_that_was_never_updated_has_one_revision():
    assert charts.rollout(web(2), "web").summary == "web was never updated; 2 of 2 tasks run."
    with pytest.raises(NotFound, match="no service called nope"):
        charts.rollout(web(1), "nope")


def asked(trace: Trace, *answers: tuple[str, str, str], at: int = 5) -> Trace:
    for number, (server, on, result) in enumerate(answers):
        state = {"client": "node1", "url": "192.168.1.11:8080", "status": 200}
        state |= {"result": result, "server": server, "host": on}
        trace.append(Row(START + at * SECOND, "request", f"request-{at}-{number}", state))
    return trace


def test_the_balance_counts_who_answered_and_who_got_nothing():
    first, second = ("web.1.web1t1", "node1", "ok"), ("web.2.web2t1", "node2", "ok")
    trace = asked(web(3), *[first] * 6, *[second] * 3, ("", "", "refused"))
    chart = charts.balance(trace)
    assert chart.table()[1:] == [
        ("web.1", "node1", "ok", 6, "67%"),
        ("web.2", "node2", "ok", 3, "33%"),
        ("web.3", "swarm-manage", "ok", 0, "0%"),
        ("-", "-", "refused", 1, "-"),
    ]
    assert [bar.get_width() for bar in chart.axes.patches] == [row[3] for row in chart.table()[1:]]
    assert [bar.get_hatch() for bar in chart.axes.patches] == ["//", "", "//", "xx"]
    assert chart.axes.lines[0].get_xdata()[0] == 3
    assert chart.summary == (
        "9 requests were answered by 3 tasks; over 25% off the even share of 3:"
        " web.1 on node1 (6), web.3 on swarm-manage (0); 1 got no answer."
    )
    assert charts.balance(trace, "other").summary == "No requests yet."
    assert charts.balance(trace, until=START + 2 * SECOND).summary == "No requests yet."


def test_every_field_of_the_heat_map_is_a_row_of_its_table():
    trace = history()
    trace.rows += rows(("node", node("node2", "192.168.1.13", state="down")), at=50)
    chart = charts.heatmap(trace, until=START + 60 * SECOND)
    header, *table = chart.table()
    assert header == ("NODE", "FROM", "TO", "RUNNING", "STATE")
    names = list(dict.fromkeys(row[0] for row in table))
    assert names == ["swarm-manage", "node1", "node2"]
    drawn = [
        (names[round(p.get_y() + 0.42)], f"{p.get_x():g}", f"{p.get_x() + p.get_width():g}", bool(p.get_hatch()))
        for p in chart.axes.patches
    ]
    assert drawn == [(row[0], row[1], row[2], row[4] != "active") for row in table]
    assert ("node2", "50", "60", 2, "down") in table
    for name in names:
        fields = [row for row in table if row[0] == name]
        assert all(one[2] == other[1] for one, other in itertools.pairwise(fields)), "a band has no holes"
    assert chart.summary == (
        "Running tasks by node at the end: swarm-manage: 1, node1: 0 (drain), node2: 2 (down); at most 2 on one node."
    )


def test_a_node_that_was_removed_has_no_field_any_more():
    trace = web(1)
    trace.append(Row(START + 9 * SECOND, "node", "id-node2", None))
    table = charts.heatmap(trace, until=START + 20 * SECOND).table()
    assert [row[2] for row in table if row[0] == "node2"] == ["9"]


@pytest.mark.parametrize("name", charts.NAMES)
def test_every_chart_has_a_picture_a_table_and_a_summary_and_can_be_named(name):
    chart = charts.draw(name, updated(), until=START + 60 * SECOND)
    assert chart.summary.endswith(".")
    assert chart.text().startswith(chart.summary)
    assert all(len(row) == len(chart.table()[0]) for row in chart.table())
    assert b"<svg" in chart.image("svg")
    assert chart.figure.get_figwidth() <= 8  # inches: what a notebook shows without scaling


@pytest.mark.parametrize("name", charts.NAMES)
def test_a_chart_of_an_empty_session_is_a_sentence_not_an_accident(name):
    if name in ("replicas", "rollout"):
        with pytest.raises(NotFound, match="no service yet"):
            charts.draw(name, Trace())
        return
    assert charts.draw(name, Trace()).summary.endswith(".")


def test_a_chart_that_is_none_is_named_with_those_that_are():
    with pytest.raises(NotFound, match='no chart "pie"; there are: placement, replicas'):
        charts.draw("pie", web(1))


def test_charts_drawn_in_two_threads_leave_matplotlib_as_it_was():
    import threading

    from matplotlib import rcParams

    before = dict(rcParams)
    threads = [threading.Thread(target=lambda: charts.timeline(history()).image()) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(rcParams) == before
