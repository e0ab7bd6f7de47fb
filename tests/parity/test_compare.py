"""Comparing and normalising: what counts as the same."""

from swarmlab.core.units import SECOND
from tests.parity.compare import Difference, Known, canonical, differences
from tests.parity.engines import Moment
from tests.parity.normalise import References
from tests.parity.observe import joined
from tests.parity.play import without_chance

HOSTS = {"swarm-manage": "192.168.1.11", "node1": "192.168.1.12"}
TASK, OTHER = "abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz"


def moment(task: str, at: int, slot: int = 1, address: str = "10.0.1.5") -> Moment:
    return Moment(at, task, "web", slot, "running", "running", at, "c" * 64, {"my_net": address}, "n1")


def test_what_is_equal_has_no_difference() -> None:
    assert list(differences({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]})) == []


def test_a_difference_is_told_as_deep_inside_as_possible() -> None:
    found = list(differences({"01 x": [{"err": "one"}, 2]}, {"01 x": [{"err": "two"}, 2]}))
    assert found == [Difference('$["01 x"][0].err', "one", "two")]


def test_a_missing_key_and_lists_of_other_lengths_are_differences() -> None:
    assert [one.path for one in differences({"a": 1}, {"b": 1})] == ["$.a", "$.b"]
    assert [one.path for one in differences([1], [1, 2])] == ["$"]


def test_true_is_not_one() -> None:
    assert list(differences(True, 1)) == [Difference("$", True, 1)]


def test_a_known_difference_covers_its_path_and_what_is_below() -> None:
    known = Known("drain*", "*.tasks[0]", "for a reason", "28.*")
    below = Difference('$["03"].tasks[0].err', 1, 2)
    assert known.covers("28.5.2", "drain_manager", below)
    assert not known.covers("20.10.24", "drain_manager", below)
    assert not known.covers("28.5.2", "scale_up", below)
    assert not known.covers("28.5.2", "drain_manager", below._replace(path='$["03"].tasks[01].err'))


def test_the_same_id_is_the_same_placeholder_in_full_and_short() -> None:
    refs = References(HOSTS)
    refs.learn([moment(TASK, 1)])
    assert refs.text(f"{TASK} web.1.{TASK} {TASK[:12]}") == "<task:web.1/1> web.1.<task:web.1/1> <task:web.1/1>"


def test_tasks_of_a_slot_are_numbered_by_age() -> None:
    refs = References(HOSTS)
    refs.learn([moment(OTHER, 2 * SECOND), moment(TASK, SECOND)])
    assert refs.text(f"{TASK} {OTHER}") == "<task:web.1/1> <task:web.1/2>"


def test_addresses_and_what_is_made_of_them_are_known_by_their_owner() -> None:
    refs = References(HOSTS)
    refs.learn([moment(TASK, 1)])
    assert refs.text("10.0.1.5/24 02:42:0a:00:01:05 192.168.1.12") == (
        "<ip:web.1/1@my_net>/24 <mac of <ip:web.1/1@my_net>> <address:node1>"
    )
    assert refs.text("10.0.1.0/24 10.0.1.1 10.0.1.77") == "10.0.1.0/24 10.0.1.1 <address>"


def test_times_go_but_whether_there_is_one_stays() -> None:
    refs = References(HOSTS)
    assert refs.text("Running 5 seconds ago, Less than a second ago") == "Running <ago>, <ago>"
    assert refs.json({"CreatedAt": "2026-01-01T00:00:00Z", "PID": 17, "Pid": 0}) == {
        "CreatedAt": "<set>", "PID": "<set>", "Pid": 0,
    }  # fmt: skip


def test_columns_keep_their_order_but_not_their_width() -> None:
    refs = References(HOSTS)
    refs.learn([moment(TASK, 1)])
    table = f"ID             NODE\n{TASK[:12]}   node1\n"
    assert refs.table(table, hide_hosts=True) == ["ID  NODE", "<task:web.1/1>  <host>"]


def test_only_updates_told_one_after_another_are_in_no_fixed_order() -> None:
    made, one, other = {"event": "service create"}, {"event": "service update"}, {"event": "service update", "x": "1"}

    def seen(*rows: dict[str, str]) -> dict[str, object]:
        return canonical({"07 events": {"swarm": {"web": list(rows)}, "images": ["b", "a"]}, "08 tasks": ["b", "a"]})

    assert seen(made, one, other) == seen(made, other, one)
    assert seen(one, made, other) != seen(made, one, other)
    assert seen(made, one) != seen(made, one, one)
    assert seen()["08 tasks"] == ["b", "a"]


def test_of_a_name_servers_answers_the_order_alone_is_chance() -> None:
    head, none, name = "Server:\t\t127.0.0.11", "Non-authoritative answer:", "Name:\tweb"
    assert without_chance([head, "", none, name, "", none, ""]) == without_chance([head, "", none, "", none, name, ""])
    assert without_chance([head, "", none, name]) != without_chance([head, "", none])
    assert without_chance(["b", "a"]) == ["b", "a"]


def test_a_failed_attempt_to_join_a_network_counts_for_nothing_but_a_missing_end_does() -> None:
    attempt = ["create", "network connect a", "network disconnect a", "network connect a", "start"]
    assert joined(attempt) == joined(["create", "network connect a", "start"])
    assert joined(["start", "die exitCode=0", "stop"]) == joined(["start", "stop", "die exitCode=0"])
    assert joined(["start", "die exitCode=0", "stop"]) != joined(["start", "die exitCode=0"])
    assert joined(["start", "kill signal=15", "die exitCode=0"]) != joined(
        ["start", "die exitCode=0", "kill signal=15"]
    )
