"""Journals as evidence: what a check leaves in a notebook, and what a judge makes of it."""

import json
from collections.abc import Callable
from functools import lru_cache

import pytest

from swarmlab import Lab
from swarmlab.checks.report import EVIDENCE
from swarmlab.core.network.ops import OPS
from swarmlab.errors import InvalidArgument
from swarmlab.grade import evidence, replay
from swarmlab.grade.evidence import SHAPES
from swarmlab.grade.replay import Stages

from ..exercises.attempts import attempts

ATTEMPTS = [*attempts("right"), *attempts("wrong")]


def journal(lab: Lab, exercise: str = "1.1") -> dict:
    """Return what a check leaves in the notebook."""
    data = lab.check(exercise)._repr_mimebundle_()
    return json.loads(json.dumps(data[EVIDENCE]))


def judged(claimed: dict, stages: Stages | None = None) -> list:
    return replay.replay({"seed": 1}, evidence.examine(claimed, "journal"), {}, stages or Stages())


@pytest.fixture(scope="module")
def begun() -> Callable[[str], tuple[Lab, Stages]]:
    """A lab of Ada's in which an exercise has begun, and what stages its judge has seen; the last one is kept."""
    return lru_cache(maxsize=1)(lambda exercise: (_begin(exercise), Stages()))


def _begin(exercise: str) -> Lab:
    lab = Lab(seed=1, learner="ada")
    lab.exercise(exercise)
    return lab


@pytest.mark.parametrize(
    "attempt",
    sorted(ATTEMPTS, key=lambda attempt: attempt.exercise),
    ids=lambda attempt: f"{attempt.exercise}-{attempt.name}",
)
def test_the_judge_sees_what_the_learner_saw(attempt, begun):
    lab, stages = begun(attempt.exercise)  # the first time the judge sets the stage, then he does its steps again
    lab = lab.fork()
    report = lab.check(attempt.exercise, **attempt.do(lab))
    (found,) = judged(json.loads(json.dumps(report.evidence)), stages)
    assert found.report == report


def test_the_stage_of_a_second_learner_is_not_set_again():
    stages = Stages()
    for learner in ("ada", "ben"):
        lab = Lab(seed=1, learner=learner)
        lab.exercise("1.2")
        task = lab.host("swarm-manage").sh("docker service ps web-server --no-trunc --quiet").stdout.strip()
        report = lab.check("1.2", answer=f"web-server.1.{task}")
        (found,) = judged(json.loads(json.dumps(report.evidence)), stages)
        assert found.report == report
        assert found.report.passed
        assert len(stages.seen) == 1


def test_a_lab_that_knows_its_learner_has_ids_of_its_own(monkeypatch):
    assert Lab(seed=1).digest() == Lab(seed=1, learner="").digest() != Lab(seed=1, learner="ada").digest()
    monkeypatch.setenv("SWARMLAB_LEARNER", "ada")
    assert Lab(seed=1).digest() == Lab(seed=1, learner="ada").digest()


@pytest.mark.parametrize(
    ("maker", "reason"),
    [
        (lambda: Lab(seed=1, learner="ben"), "it is a journal of 'ben'"),
        (lambda: Lab(seed=1), "it is a journal of nobody in particular"),
        (lambda: Lab(seed=2, learner="ada"), "its lab has another seed than the lesson's"),
        (lambda: Lab(seed=1, hosts=2, learner="ada"), "its lab has another hosts than the lesson's"),
        (lambda: Lab(seed=1, learner="ada"), ""),
    ],
)
def test_a_journal_counts_for_its_learner_in_the_lesson_s_lab(maker, reason):
    lab = maker()
    lab.exercise("1.1")
    examined = evidence.examine(journal(lab), "journal")
    assert evidence.belongs(examined, "ada", replay.header_of({"seed": 1})) == reason


def test_a_journal_under_another_name_leads_elsewhere():
    lab = Lab(seed=1, learner="ben")
    lab.exercise("1.2")
    task = lab.host("swarm-manage").sh("docker service ps web-server --no-trunc --quiet").stdout.strip()
    report = lab.check("1.2", answer=f"web-server.1.{task}")
    assert report.passed
    claimed = {**json.loads(json.dumps(report.evidence)), "learner": "cleo"}
    assert [attempt.report.score for attempt in judged(claimed)] == [0.0]


def test_the_judge_sets_the_stage_and_does_not_believe_that_it_was_set():
    lab = Lab(seed=1, learner="ada")
    lab.host("swarm-manage").sh("docker service create --name web-server httpd:2.4")
    rows = len(lab.history)
    lab.note("exercise", {"id": "1.1", "rows": 0})  # as if it had begun before the service was there
    assert lab.check("1.1").passed  # in the learner's own copy
    assert not judged(journal(lab))[0].report.passed
    lab.note("stage", {"id": "1.1"})  # without what removes an old service
    lab.note("exercise", {"id": "1.1", "rows": rows})
    lab.advance("10s")
    assert lab.check("1.1").passed
    assert not judged(journal(lab))[-1].report.passed


def test_what_was_undone_does_not_count():
    lab = Lab(seed=1, learner="ada")
    lab.exercise("1.1")
    lab.checkpoint("begun")
    lab.host("swarm-manage").sh("docker service create --name web-server httpd:2.4")
    lab.rewind("begun")
    assert [attempt.report.passed for attempt in judged(journal(lab))] == [False]


def test_a_request_over_a_connection_that_never_was_is_refused():
    lab = Lab(seed=1, learner="ada")
    lab.exercise("1.1")
    lab.host("node1").sh("curl -s http://192.168.1.11:8080")
    claimed = journal(lab)
    judged(claimed)  # what the lab itself wrote is in order
    last = claimed["ops"][-1]["at"]
    forged = {"op": "request", "at": last, "connection": {"server": ["node1", "c"], "address": "10.0.0.3", "port": 80}}
    claimed["ops"].append(forged)
    with pytest.raises(InvalidArgument, match="over a connection that there never was"):
        judged(claimed)


def test_of_journals_that_go_on_from_each_other_the_last_is_taken():
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    lab = Lab(seed=1, learner="ada")
    lab.exercise("1.1")
    first = journal(lab)
    second = journal(lab)
    other = Lab(seed=1, learner="ada")
    other.exercise("1.3")
    third = journal(other, "1.3")
    outputs = [new_output("display_data", data={EVIDENCE: each}) for each in (second, first, third, {"ops": []})]
    notebook = new_notebook(cells=[new_code_cell("x", outputs=outputs)])
    found, refused = evidence.from_notebook(notebook)
    assert [len(each.ops) for each in found] == [len(second["ops"]), len(third["ops"])]
    assert refused == ["A recorded session does not count: it was written by another version."]


def test_a_journal_that_got_too_long_is_left_out_of_the_notebook():
    lab = Lab(seed=1, learner="ada")
    lab.exercise("1.1")
    lab.note("long", {"text": "x" * 2_000_000})
    assert lab.check("1.1")._repr_mimebundle_() == {}


def test_whatever_a_shell_can_ask_of_the_network_may_be_in_a_journal():
    assert set(OPS) <= set(SHAPES)
