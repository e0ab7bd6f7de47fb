"""What the proof of an exercise finds: right attempts refused, wrong ones accepted, hints that nobody gets."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from swarmlab import Lab, exercises
from swarmlab.__main__ import main
from swarmlab.author.proof import Attempt, Stages, attempts, gaps
from swarmlab.author.scaffold import new
from swarmlab.author.table import FILE, table
from swarmlab.errors import Conflict, InvalidArgument, NotFound
from swarmlab.exercises.lesson import SECTIONS, Lesson

ROOT = Path(__file__).parents[2]
CREATE = exercises.find("1.1")


def make(name: str, line: str, hint: str = "", points: float | None = None) -> Attempt:
    def do(lab):
        lab.host("swarm-manage").sh(line)
        return {}

    return Attempt("1.1", name, do, hint, points)


def problem(attempt: Attempt) -> str:
    return (
        Stages(lambda seed, shuffle, learner: Lab(seed=seed, shuffle=shuffle, learner=learner))
        .trial(attempt, 1)
        .problem
    )


def test_a_right_attempt_that_is_refused_is_a_problem():
    assert problem(make("right_x", "docker service create --name web-server httpd:latest")) == (
        "it should be accepted, but these goals are not met: pinned"
    )
    assert problem(make("right_x", "docker service create --name web-server httpd:2.4")) == ""


def test_a_wrong_attempt_that_is_accepted_or_gets_another_hint_or_other_points_is_a_problem():
    latest = "docker service create --name web-server httpd:latest"
    assert problem(make("wrong_x", latest, "latest", 1)) == ""
    assert problem(make("wrong_x", latest, "pin", 1)) == "it should get the hint pin, but gets latest"
    assert problem(make("wrong_x", latest, "latest", 0)) == "it should keep 0 points, but keeps 1"
    accepted = make("wrong_x", "docker service create --name web-server httpd:2.4", "latest", 0)
    assert problem(accepted) == "it should be refused, but all goals are met"


def test_an_attempt_that_cannot_be_made_is_a_problem_and_no_traceback():
    def do(lab):
        return lab.host("nowhere")

    assert problem(Attempt("1.1", "right_x", do, "", None)).startswith("it cannot be made: NotFound: ")


def test_too_few_attempts_and_hints_that_nobody_gets_are_gaps():
    found = list(gaps(CREATE, [make("wrong_x", "", "nothing", 0)]))
    assert found[:4] == [
        "1.1 has 0 accepted solutions; it needs 3 different ones.",
        "1.1 has 1 wrong attempts; it needs 5.",
        "1.1 needs wrong_untouched.py: who does nothing earns nothing.",
        "wrong_x of 1.1 names the hint 'nothing', which does not exist.",
    ]
    assert "No wrong attempt of 1.1 gets the hint latest: nobody knows whether it is ever given." in found


def test_the_command_proves_an_exercise_and_ends_with_one_if_something_is_missing(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "grading" / "answers" / "1.2", tmp_path / "grading" / "answers" / "1.2")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["author", "check", "1.2"])
    assert (done.exit_code, done.output) == (0, "ok  1.2 From the task to its container: 3 accepted, 8 refused\n")
    (tmp_path / "grading/answers/1.2/wrong_untouched.py").unlink()
    done = CliRunner().invoke(main, ["author", "check", "1.2"])
    assert done.exit_code == 1
    assert "needs wrong_untouched.py" in done.output


def test_an_exercise_that_does_not_exist_is_one_sentence():
    done = CliRunner().invoke(main, ["author", "check", "99.1"])
    assert (done.exit_code, done.output.count("\n")) == (2, 1)


def test_a_new_exercise_loads_and_its_attempts_are_proved(tmp_path):
    module, *_ = new(tmp_path, "3.6", "Two webs for Anna")
    space: dict = {}
    exec(compile(module.read_text(), str(module), "exec"), space)
    exercise = space["TWO_WEBS_FOR_ANNA"]
    assert (exercise.id, exercise.title) == ("3.6", "Two webs for Anna")
    assert [attempt.name for attempt in attempts(tmp_path, "3.6")] == ["right_straight", "wrong_untouched"]
    assert list(gaps(exercise, attempts(tmp_path, "3.6"))) == [
        "3.6 has 1 accepted solutions; it needs 3 different ones.",
        "3.6 has 1 wrong attempts; it needs 5.",
    ]


def test_a_new_exercise_overwrites_nothing_and_needs_an_id_and_a_title(tmp_path):
    new(tmp_path, "3.6", "Two webs")
    with pytest.raises(Conflict, match=r"two_webs\.py is there already"):
        new(tmp_path, "3.6", "Two webs")
    with pytest.raises(InvalidArgument, match="is no id"):
        new(tmp_path, "../3", "Two webs")
    with pytest.raises(InvalidArgument, match="A title"):
        new(tmp_path, "3.7", '"')


def test_a_file_that_is_no_attempt_is_named(tmp_path):
    path = tmp_path / "grading/answers/3.6/right_x.py"
    path.parent.mkdir(parents=True)
    path.write_text("HINT = 1")
    with pytest.raises(InvalidArgument, match=r"right_x\.py is no attempt"):
        attempts(tmp_path)


def test_the_table_of_the_course_is_up_to_date():
    assert (ROOT / FILE).read_text(encoding="utf-8") == table(ROOT, exercises.LESSONS)


def test_the_table_names_what_no_lesson_covers_and_refuses_what_is_unknown():
    assert f"Not yet covered of the tutorial: {', '.join(SECTIONS)}." in table(ROOT, [])
    with pytest.raises(NotFound, match="Lesson 99 has no notebook"):
        table(ROOT, [Lesson("99", (), (), ())])
    with pytest.raises(InvalidArgument, match="covers Astronomy"):
        table(ROOT, [Lesson("01", ("Astronomy",), (), ())])
