"""Practice: what can be done, and is not done already; and how practice and incidents are begun on a lab."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from swarmlab import Lab, checks, exercises
from swarmlab.checks.judge import play
from swarmlab.errors import FailedPrecondition, NotFound
from swarmlab.exercises import incidents, practice
from swarmlab.exercises.practice.task import AT_LAST, Task
from swarmlab.progress import EXERCISE, Progress

#: Three tasks of each kind are tried; a thousand are made.
TRIED = range(1, 3 * len(practice.KINDS) + 1)
MADE = range(1, 1001)


@pytest.fixture(scope="module")
def plain() -> Lab:
    """A lab to copy."""
    return Lab(seed=3)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARMLAB_HOME", str(tmp_path))


def solve(lab: Lab, task: Task) -> checks.Report:
    """Do what the reference solution does, and judge it as a learner's work is judged."""
    assert [problem for step in (*task.solution, AT_LAST) if (problem := play(step, lab))] == []
    return lab.check()


@pytest.mark.parametrize("number", TRIED)
def test_a_practice_can_be_done_and_is_not_done_before(plain: Lab, number: int) -> None:
    assert practice.flaw(practice.task(number), plain.fork()) == ""


def test_practice_without_end_differs_and_comes_in_all_kinds() -> None:
    titles = Counter(practice.task(number).exercise.title for number in MADE)
    assert titles.most_common(1)[0][1] <= 1 + len(MADE) // len(practice.KINDS)  # only "Tidy up" is always called so
    assert len(titles) > 300
    tasks = {practice.task(number).exercise.task + str(practice.task(number).solution) for number in MADE}
    assert len(tasks) > 700


def test_each_kind_comes_once_before_any_comes_again() -> None:
    kinds = len(practice.KINDS)
    for turn in range(5):
        numbers = range(turn * kinds + 1, (turn + 1) * kinds + 1)
        goals = {tuple(goal.id.partition("-")[0] for goal in practice.task(n).exercise.goals) for n in numbers}
        assert len(goals) == kinds


def test_a_practice_is_the_same_for_everybody_and_found_by_its_id() -> None:
    assert repr(checks.Card(practice.task(17).exercise)) == repr(checks.Card(exercises.find("practice-17")))
    for number in (0, practice.LAST + 1):
        with pytest.raises(NotFound, match=f"There is no practice {number}"):
            exercises.find(f"practice-{number}")


@pytest.mark.parametrize("number", [0, -3, "two", "17"])
def test_what_is_no_number_of_a_practice_is_refused_in_a_sentence(plain: Lab, number: object) -> None:
    with pytest.raises(NotFound, match=f"There is no practice {number}"):
        plain.fork().practice(number)  # type: ignore[arg-type]


def test_a_practice_on_a_lab_is_begun_checked_and_followed_by_the_next(plain: Lab) -> None:
    lab = plain.fork()
    card = lab.practice(4)
    assert repr(card).startswith(f"Practice 4: {card.exercise.title} (")
    assert repr(card).endswith("Check with: lab.check()")
    before = lab.check()
    assert not before.passed
    assert before.score == 0
    assert before.ladder is not None
    report = solve(lab, practice.task(4))
    assert report.passed
    assert report.headline.startswith("Practice 4: passed")
    assert lab.practice().exercise.id == "practice-5"


def test_what_was_solved_in_another_lab_does_not_come_again(plain: Lab) -> None:
    Progress().add(EXERCISE, "practice-8", passed=True)
    Progress().add(EXERCISE, "practice-12", passed=False)
    for number in range(1, len(incidents.ALL) + 1):
        if number != 2:
            Progress().add(EXERCISE, f"incident-{number}", passed=True)
    lab = plain.fork()
    assert lab.practice().exercise.id == "practice-9"
    assert lab.incident().exercise.id == "incident-2"
    assert lab.incident().exercise.id.startswith("incident-")  # all are done: any may come


def test_a_lab_on_which_a_practice_cannot_be_done_says_so() -> None:
    lab = Lab()
    for host in ("node1", "node2"):
        lab.faults.stop(host)
    lab.advance("1m")
    number = next(n for n in TRIED if practice.task(n).exercise.title.startswith("No more for"))
    with pytest.raises(FailedPrecondition, match=rf"Practice {number} cannot be done on this lab: .*lab = Lab\(\)"):
        lab.practice(number)
    assert lab.notes == []


def test_a_flaw_is_found(plain: Lab) -> None:
    task = practice.task(4)
    assert practice.flaw(task._replace(solution=()), plain.fork()) != ""
    solved = replace(task.exercise, stage=(*task.exercise.stage, *task.solution, AT_LAST))
    assert practice.flaw(Task(solved, ()), plain.fork()) == "some of it is done before anybody has begun"


def test_an_incident_is_begun_by_number_or_name_and_tells_only_its_symptom(plain: Lab) -> None:
    lab = plain.fork()
    card = lab.incident("every-third-page")
    assert card.exercise is incidents.find(2)
    assert repr(card).startswith("Incident 2: Every third page")
    assert "4789" not in card.exercise.task
    assert lab.check().exercise == "incident-2"
    with pytest.raises(NotFound, match=r"There is no incident 99\. There are: 1 one-machine-does-it-all"):
        lab.incident(99)


#: What a card would give away.
FAULTS = {
    1: "drain|avail|active|rebalanc", 2: "4789|udp|vxlan", 3: "2[.]4[.]56|tag", 4: "sdd|label|constraint", 5: "reserv",
    6: "delay|12h", 7: "healthz", 8: "network", 9: "conflict|in use|host mode", 10: "majority|quorum|engine",
    11: "disk|space|full", 12: "hang|hung|process", 13: "2377|firewall-cmd",
}  # fmt: skip


@pytest.mark.parametrize("number", FAULTS)
def test_the_card_of_an_incident_tells_the_symptom_and_not_the_fault(number: int) -> None:
    card = checks.Card(incidents.find(number))
    for shown in (repr(card), card._repr_html_().partition("<h4>")[2], incidents.name(card.exercise)):
        assert not re.search(FAULTS[number], shown, re.IGNORECASE), shown


def test_incidents_are_many_and_their_numbers_are_their_places() -> None:
    assert len(incidents.ALL) == len(FAULTS) >= 10
    assert [incident.id for incident in incidents.ALL] == [f"incident-{n}" for n in range(1, len(incidents.ALL) + 1)]
    assert len({incidents.name(incident) for incident in incidents.ALL}) == len(incidents.ALL)


def test_one_incident_after_the_other_on_the_same_lab(plain: Lab) -> None:
    lab = plain.fork()
    for number in (11, 13, 10, 2):  # a full disk, closed ports, a lost majority: each leaves something behind
        lab.incident(number)
    lab.host("node2").sh("firewall-cmd --reload")
    lab.host("swarm-manage").sh("for i in 1 2 3 4 5 6; do curl -s 192.168.1.11:8080; done")
    assert lab.check().passed


def test_nothing_begun_is_said_in_a_sentence() -> None:
    with pytest.raises(FailedPrecondition, match="Nothing has been begun here"):
        Lab().check()
