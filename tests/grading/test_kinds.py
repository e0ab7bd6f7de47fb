"""The three kinds of check, and what a graded cell asks for."""

import random

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from swarmlab import Lab, exercises
from swarmlab.checks import Exercise, Hint, now, service
from swarmlab.checks.judge import Start
from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.grade.kinds import CallCheck, Case, Provocation, StateCheck, TextCheck, TextGoal, commands, document, same
from swarmlab.grade.plan import from_source, lab_of, load_checks, plan_of
from swarmlab.grade.replay import judged

HINT = Hint("look", "any", "Look.", "Idea.", "Command.", "Example.")


@pytest.mark.parametrize(
    ("claimed", "expected", "equal"),
    [
        (1, 1, True), (1, True, False), (True, True, True), (1.0, 1, True), (0.1 + 0.2, 0.3, True), ("1", 1, False),
        ([1, [2]], [1, [2]], True), ([1], [1, 2], False), ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        (None, None, True), (None, 0, False),
        ([True], [1], False), (float("nan"), 1, False), ("a", "a", True),
    ],
)  # fmt: skip
def test_values_are_equal_only_if_they_are_the_same_json(claimed, expected, equal):
    assert same(claimed, expected) is equal


def test_a_call_check_says_what_came_back():
    check = CallCheck("7.1", "Half", "half", lambda chance: [Case([4], 2), Case([6], 3)], HINT, points=3)
    report = check.report(check.draw(random.Random(1)), [{"value": 2}, {"value": 4}])
    assert (report.score, report.points) == (1.5, 3)
    assert [verdict.found for verdict in report.verdicts] == ["", "it returned `4`"]
    assert report.hint() == "Look."
    failed = check.report([Case([4], 2)], [{"error": "ZeroDivisionError: division by zero"}])
    assert failed.verdicts[0].found == "ZeroDivisionError: division by zero"


def test_commands_are_read_as_words_and_not_run():
    text = "%%host node1\n# look\ndocker service create \\\n  --name 'my web' httpd:2.4  # why\n\necho $(rm -rf /)\n"
    assert commands(text) == [
        ["docker", "service", "create", "--name", "my web", "httpd:2.4"],
        ["echo", "$(rm", "-rf", "/)"],
    ]
    with pytest.raises(ValueError, match="No closing quotation"):
        commands("echo 'open")


def test_a_document_is_read_without_aliases_and_objects():
    assert document("%%writefile stack.yml\nservices:\n  web: {image: 'httpd:2.4'}") == {
        "services": {"web": {"image": "httpd:2.4"}}
    }
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + k)}: &{chr(98 + k)} [*{chr(97 + k)}, *{chr(97 + k)}]\n" for k in range(20)
    )
    with pytest.raises(ValueError, match="aliases"):
        document(bomb)
    with pytest.raises(Exception, match="could not determine a constructor"):
        document("!!python/object/apply:os.system ['true']")


def test_a_text_check_meets_what_it_can_read():
    goal = TextGoal(
        "image", "The image is pinned.", lambda d: d["services"]["web"]["image"] != "httpd", lambda d: "it is not"
    )
    check = TextCheck("7.2", "Stack", "solve", document, (goal,), HINT)
    assert check.report("services: {web: {image: 'httpd:2.4'}}").passed
    assert check.report("services: {web: {image: httpd}}").verdicts[0].found == "it is not"
    assert not check.report("services: 7").passed  # of another shape than the goal looks for
    assert check.report("a: [").verdicts[0].found.startswith("the text cannot be read: ")


WEB = service("web-server")
SURVIVES = Exercise("7.3", "Survive", "Survive.", (now(WEB.shows(1)).named("back"),), (Hint("h", "back", *["x"] * 4),))


@pytest.mark.parametrize(("constraint", "passed"), [("", True), ("--constraint node.hostname==node1", False)])
def test_the_judge_provokes_and_grades_the_reaction(constraint, passed):
    lab = Lab(seed=1)
    lab.host("swarm-manage").sh(f"docker service create --name web-server {constraint} httpd:2.4")
    check = StateCheck(SURVIVES, provoke=(Provocation("stop", ("node1",), "90s"),))
    before = lab.digest()
    report = judged(check, lab, {}, Start(lab.now, len(lab.history)))
    assert report.passed is passed, report
    assert lab.digest() == before  # it was tried on a copy


def test_a_provocation_can_be_a_command():
    lab = Lab(seed=1)
    lab.host("swarm-manage").sh("docker service create --name web-server httpd:2.4")
    check = StateCheck(SURVIVES, provoke=(Provocation("sh", ("swarm-manage", "docker service rm web-server")),))
    assert not judged(check, lab, {}, Start(lab.now, len(lab.history))).passed


def test_a_graded_line_says_which_exercise_and_where_the_answers_are():
    check = from_source("check", 'print("look")\nlab2.check("1.3", old=old_task, new=new_task).grade()')
    assert (check.exercise.id, check.lab, check.answers) == ("1.3", "lab2", {"old": "old_task", "new": "new_task"})
    assert check.exercise is exercises.find("1.3")


@pytest.mark.parametrize(
    "source",
    ["", "1 +", "2.0", 'lab.check("1.1")', "lab.check(which).grade()", 'lab.check("1.2", answer="web").grade()'],
)
def test_a_graded_cell_that_nobody_could_judge_is_refused_at_release(source):
    with pytest.raises(InvalidArgument, match=r"graded cell check must end in lab\.check"):
        from_source("check", source)


def test_answers_that_are_not_asked_for_are_refused_at_release():
    with pytest.raises(NotFound, match=r"hands in name, which exercise 1\.1 does not ask for"):
        from_source("check", 'lab.check("1.1", name=x).grade()')
    with pytest.raises(NotFound, match=r"There is no exercise 99\.9"):
        from_source("check", 'lab.check("99.9").grade()')


def test_the_lab_of_a_lesson_is_known_from_its_cell():
    assert lab_of("from swarmlab import Lab\nlab = Lab(hosts=5, seed=3, name='x')") == {"hosts": 5, "seed": 3}
    assert lab_of("other = Lab()") is None
    assert lab_of("%%host node1\nls") is None
    with pytest.raises(InvalidArgument, match="plain values"):
        lab_of("lab = Lab(seed=chance())")


def test_a_course_s_own_checks_go_before_the_line(tmp_path):
    path = tmp_path / "ps1.py"
    path.write_text("from swarmlab.grade.kinds import TextCheck\nCHECKS = {}")
    assert load_checks(path) == {}
    path.write_text("CHECKS = {'check': 'me'}")
    with pytest.raises(InvalidArgument, match="must define CHECKS"):
        load_checks(path)
    marks = {"grade": True, "solution": False, "locked": True, "grade_id": "check", "points": 3}
    notebook = new_notebook(cells=[new_code_cell("# anything", metadata={"nbgrader": marks})])
    own = CallCheck("7.1", "Half", "half", lambda chance: [], HINT)
    plan = plan_of(notebook, {"check": own})
    assert plan.checks == {"check": own}
    assert plan.worth == {"check": 3.0}
