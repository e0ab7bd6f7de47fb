"""What a learner has reached is kept, whatever happens to the file."""

import threading
from pathlib import Path

import pytest

from swarmlab import Lab, exercises, seat
from swarmlab.progress import EXERCISE, Progress


@pytest.fixture
def kept(tmp_path: Path) -> Progress:
    return Progress(tmp_path / "somewhere" / "progress.jsonl")


def test_the_best_of_each_exercise_counts(kept: Progress) -> None:
    kept.add(EXERCISE, "1.1", score=1.0, points=2.0, passed=False)
    kept.add(EXERCISE, "1.1", score=2.0, points=2.0, passed=True)
    kept.add(EXERCISE, "1.1", score=0.0, points=2.0, passed=False)
    one = next(done for done in kept.lessons() if done.lesson == "01")
    assert (one.passed, one.score) == (("1.1",), 2.0)


def test_a_report_is_written_down(kept: Progress) -> None:
    lab = Lab()
    lab.exercise("1.1")
    lab.host("swarm-manage").sh("docker service create --name web-server httpd:2.4")
    kept.record(lab.check("1.1"))
    assert kept.entries(EXERCISE)[0].data == {"score": 2.0, "points": 2.0, "passed": True}


def test_what_cannot_be_kept_is_said_and_costs_no_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("SWARMLAB_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(seat, "is_taken", lambda: True)
    lab = Lab()
    lab.exercise("1.1")
    lab.check("1.1")
    said = capsys.readouterr()
    assert "Your progress could not be kept: " in said.out
    assert said.err == ""  # nbgrader takes what is there for a failure


def test_where_nobody_sits_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARMLAB_HOME", str(tmp_path))
    lab = Lab()
    lab.exercise("1.1")
    for taken, kept in ((False, 0), (True, 1)):
        monkeypatch.setattr(seat, "is_taken", lambda taken=taken: taken)
        lab.check("1.1")
        assert len(Progress().entries(EXERCISE)) == kept


def test_a_reset_takes_back_one_exercise(kept: Progress) -> None:
    kept.add(EXERCISE, "1.1", score=2.0)
    kept.add(EXERCISE, "1.2", score=2.0)
    kept.reset("1.1")
    assert [entry.key for entry in kept.entries(EXERCISE)] == ["1.2"]
    kept.add(EXERCISE, "1.1", score=1.0)
    assert [entry.key for entry in kept.entries(EXERCISE)] == ["1.2", "1.1"]


@pytest.mark.parametrize(
    "bad",
    [
        '{"at": "2026',
        "null",
        "[1]",
        '{"kind": 1}',
        "\ufffd\x00",
        '{"at":1,"kind":"exercise","key":"1.1","data":7}',
    ],
)
def test_a_line_that_cannot_be_read_costs_no_other(kept: Progress, bad: str) -> None:
    kept.add(EXERCISE, "1.1", score=2.0)
    with kept.path.open("a", encoding="utf-8") as file:
        file.write(bad)  # and no line end: the machine died
    kept.add(EXERCISE, "1.2", score=1.0)
    assert [entry.key for entry in kept.entries(EXERCISE)] == ["1.1", "1.2"]


def test_two_notebooks_write_at_the_same_time(kept: Progress) -> None:
    def write(lesson: int) -> None:
        for number in range(50):
            kept.add(EXERCISE, f"{lesson}.{number}", score=1.0)

    threads = [threading.Thread(target=write, args=(lesson,)) for lesson in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept.entries(EXERCISE)) == 200


def test_text_and_picture_say_the_same(kept: Progress) -> None:
    kept.add(EXERCISE, "1.1", score=2.0)
    for done in kept.lessons():
        assert done.words in repr(kept)
        assert done.words in kept._repr_html_()
    assert "01  [#" in repr(kept)
    assert f"Next: exercise {exercises.ALL[0].id}" in repr(kept)
    assert 'aria-label="Lesson 01"' in kept._repr_html_()


def test_whoever_is_through_is_told_so(kept: Progress) -> None:
    for exercise in exercises.ALL:
        kept.add(EXERCISE, exercise.id, score=exercise.points)
    assert repr(kept).endswith("All exercises are done.")


def test_what_others_wrote_gives_no_more_than_all_points(kept: Progress) -> None:
    kept.add(EXERCISE, "1.1", score=1e9)
    kept.add(EXERCISE, "1.2", score="many")
    kept.add(EXERCISE, "no.such", score=1)
    assert sum(done.score for done in kept.lessons()) == 2.0
