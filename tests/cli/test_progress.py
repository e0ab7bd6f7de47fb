"""Waiting for a service, seen through the three ways to show it."""

from collections import Counter

import pytest

from swarmlab import Lab
from swarmlab.cli.progress.display import Lines, Quiet, Terminal, bar
from swarmlab.cli.progress.screen import Screen
from swarmlab.cli.progress.updaters import updater
from tests.cli.recorded import recordings, replay


@pytest.fixture
def waited():
    """The recorded creation of a service that was waited for."""
    return next(c for _, c in recordings() if c["argv"][:4] == ["service", "create", "--name", "quick"])


def _service(mode, **more):
    return {"ID": "s", "Spec": {"Mode": mode}, **more}


def _task(place, state, desired="running", **more):
    return {
        "ID": f"t{place}{state}",
        "Slot": place,
        "NodeID": "n1",
        "DesiredState": desired,
        "Status": {"State": state},
        **more,
    }


class _Noted:
    def __init__(self):
        self.lines = []

    def progress(self, key, action, current=0, total=0, *, counts=False):
        self.lines.append((key, action.strip(), current, total))

    def message(self, key, text):
        self.lines.append((key, text))

    def close(self):
        pass


def test_in_a_notebook_only_what_stays_on_a_terminal_is_shown(waited):
    _, stdout, _, _ = replay(waited, progress="final")
    service_id = waited["stdout"].split("\n")[0]
    assert stdout == (
        f"{service_id}\noverall progress: 1 out of 1 tasks\n1/1: running\nverify: Service {service_id} converged\n"
    )


@pytest.mark.parametrize("columns", [80, 200])
def test_a_terminal_ends_up_showing_what_a_notebook_shows(waited, columns):
    _, raw, _, _ = replay(waited, progress="tty", columns=columns)
    assert ("[====" in raw) == (columns > 110)
    screen = Screen()
    screen.write(raw)
    _, final, _, _ = replay(waited, progress="final")
    assert [line.partition("[")[0].rstrip() for line in screen.text().splitlines()] == final.splitlines()


def test_a_line_of_a_terminal_is_written_over_where_it_stands():
    import io

    out = io.StringIO()
    shown = Terminal(out, columns=120)
    shown.progress("overall progress", "0 out of 1 tasks")
    shown.progress("1/1", "preparing", 6, 9)
    assert out.getvalue() == (
        "\n\x1b[1A\x1b[2K\roverall progress: 0 out of 1 tasks \r\x1b[1B"
        "\n\x1b[1A\x1b[2K\r1/1: preparing [" + "=" * 33 + ">" + " " * 17 + "] \r\x1b[1B"
    )


def test_without_a_terminal_bars_are_left_out():
    import io

    out = io.StringIO()
    shown = Lines(out)
    shown.progress("1/2", " ")
    shown.progress("1/2", "running  ", 9, 9)
    shown.progress("1/2", "No such image: nosuch:1")
    assert out.getvalue() == "1/2:  \n1/2: No such image: nosuch:1\n"


def test_a_bar_counts_bytes_only_when_asked():
    assert bar(0, 0, 200, counts=True) == ""
    assert bar(1, 2, 80, counts=False) == ""
    assert bar(500, 1000, 80, counts=True) == "    500B/1kB"


def test_slots_are_numbered_in_order_of_first_sight():
    out = _Noted()
    shown = updater(_service({"Replicated": {"Replicas": 2}}), out)
    tasks = [_task(7, "running"), _task(3, "starting")]
    assert not shown.update(_service({"Replicated": {"Replicas": 2}}), tasks, {"n1"}, False)
    assert ("1/2", "starting", 8, 9) in out.lines
    assert ("2/2", "running", 9, 9) in out.lines
    assert out.lines[-1] == ("overall progress", "1 out of 2 tasks", 0, 0)


def test_of_two_tasks_in_a_slot_the_one_that_shall_run_counts():
    out = _Noted()
    service = _service({"Replicated": {"Replicas": 1}})
    tasks = [_task(1, "running", "shutdown"), _task(1, "ready", "ready")]
    assert not updater(service, out).update(service, tasks, {"n1"}, False)
    assert ("1/1", "ready", 7, 9) in out.lines


def test_a_task_on_a_dead_node_does_not_count():
    service = _service({"Replicated": {"Replicas": 1}})
    assert not updater(service, Quiet()).update(service, [_task(1, "running")], set(), False)
    assert updater(service, Quiet()).update(service, [_task(1, "running")], {"n1"}, False)


def test_more_than_twenty_tasks_show_only_their_sum():
    out = _Noted()
    service = _service({"Replicated": {"Replicas": 21}})
    updater(service, out).update(service, [_task(1, "running")], {"n1"}, False)
    assert {line[0] for line in out.lines} == {"overall progress"}


def test_a_long_error_is_cut_to_one_line():
    out = _Noted()
    service = _service({"Replicated": {"Replicas": 1}})
    task = _task(1, "rejected", "shutdown")
    task["Status"]["Err"] = "x" * 50 + "\n" + "y" * 50
    updater(service, out).update(service, [task], {"n1"}, False)
    assert ("1/1", "x" * 50 + " " + "y" * 23 + "…", 0, 0) in out.lines


def test_a_global_service_waits_for_its_first_tasks_and_goes_by_nodes():
    out = _Noted()
    service = _service({"Global": {}})
    shown = updater(service, out)
    assert not shown.update(service, [], {"n1"}, False)
    assert out.lines == [("overall progress", "waiting for new tasks", 0, 0)]
    assert shown.update(service, [{**_task(0, "running"), "NodeID": "abcdefghijklmnop"}], {"abcdefghijklmnop"}, False)
    assert ("abcdefghijkl", "running", 9, 9) in out.lines


def test_a_job_counts_what_is_complete_and_ignores_earlier_runs():
    out = _Noted()
    mode = {"ReplicatedJob": {"MaxConcurrent": 2, "TotalCompletions": 2}}
    service = _service(mode, JobStatus={"JobIteration": {"Index": 5}})
    shown = updater(service, out)
    old = {**_task(0, "complete", "complete"), "JobIteration": {"Index": 4}}
    new = [{**_task(n, "complete", "complete"), "JobIteration": {"Index": 5}} for n in (0, 1)]
    assert not shown.update(service, [old], {"n1"}, False)
    assert shown.update(service, [old, *new], {"n1"}, False)
    assert out.lines[-2:] == [("job progress", "2 out of 2 complete", 2, 2), ("active tasks", "0 out of 0 tasks", 0, 0)]


def test_a_rollback_says_so():
    out = _Noted()
    service = _service({"Replicated": {"Replicas": 1}})
    updater(service, out).update(service, [_task(1, "running")], {"n1"}, True)
    assert out.lines[-1] == ("overall progress", "rolling back update: 1 out of 1 tasks", 0, 0)


def test_a_simulated_swarm_is_asked_again_only_when_it_has_news(monkeypatch):
    lab, asked = Lab(), Counter()
    answer = lab.request

    def count(host, request):
        asked[request.path.rpartition("/")[2]] += 1
        return answer(host, request)

    monkeypatch.setattr(lab, "request", count)
    lab.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    assert asked["nodes"] == 1  # none of them has changed
    assert 3 < asked["tasks"] < 12  # for each step of the task, and not for each fifth of a second
