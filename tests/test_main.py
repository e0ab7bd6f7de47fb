"""The command ``swarmlab``: what users type wrong is told in one sentence, with exit code 2."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from swarmlab import Lab
from swarmlab.__main__ import main
from swarmlab.progress import EXERCISE, Progress
from swarmlab.runtime.jupyter import prepare


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARMLAB_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SWARMLAB_BACKEND", raising=False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "nofile.txt"], "No such file or directory: nofile.txt"),
        (["serve", "--tcp", "0.0.0.0:2375"], "Only loopback addresses are served"),
        (["serve", "--tcp", "here"], '"here" is not an address with a port'),
        (["serve", "--hosts", "bad"], '"bad" names no host'),
        (["serve", "--speed", "0"], "--speed must be more than 0, not 0"),
        (["serve", "--engine", "99"], 'there is no engine "99"; choose one of 20.10, 28'),
        (["serve", "--hosts", "a=10.0.0.1,b=10.0.0.1"], "two hosts cannot have the same address"),
    ],
)
def test_what_is_typed_wrong_is_told_in_one_sentence(arguments: list[str], sentence: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert sentence in result.output
    assert result.exit_code == 2
    assert result.output.strip().count("\n") == 0


def test_a_file_that_is_no_text_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    result = CliRunner().invoke(main, ["run", str(tmp_path / "binary")])
    assert "not text in UTF-8" in result.output
    assert result.exit_code == 2


def test_a_transcript_says_where_it_went_otherwise() -> None:
    text = "[root@node1 ~]# docker nonsense\n[root@node1 ~]# docker ps !\n"
    result = CliRunner().invoke(main, ["run", "-"], input=text)
    assert "line 1: ended with status 1" in result.output
    assert "line 2: should have failed" in result.output
    assert result.exit_code == 1


def test_doctor_says_one_line_for_each_thing() -> None:
    result = CliRunner().invoke(main, ["doctor"])
    lines = result.output.strip().split("\n")
    assert len(lines) > 8
    assert all(line.startswith(("ok  ", "no  ")) for line in lines)
    assert result.exit_code == 0


def test_lessons_are_copied_once_and_a_learner_s_work_is_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "lessons"
    (lesson, *_) = prepare(folder)
    original = lesson.read_text(encoding="utf-8")
    lesson.write_text("my own work", encoding="utf-8")
    prepare(folder)
    assert lesson.read_text(encoding="utf-8") == "my own work"
    lesson.unlink()
    prepare(folder)
    assert lesson.read_text(encoding="utf-8") == original
    # A lesson the learner has not touched is brought up to date.
    lesson.write_text("an older edition", encoding="utf-8")
    record = folder / ".lessons.json"
    known = json.loads(record.read_text(encoding="utf-8"))
    known[lesson.name] = hashlib.sha256(b"an older edition").hexdigest()
    record.write_text(json.dumps(known), encoding="utf-8")
    prepare(folder)
    assert lesson.read_text(encoding="utf-8") == original


def test_sessions_and_progress_are_listed_and_an_exercise_is_forgotten(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["sessions"]).output == ""
    Lab(name="mine")
    Progress().add(EXERCISE, "1.1", score=2.0)
    listed = CliRunner().invoke(main, ["sessions"]).output
    assert listed.startswith("mine ")
    assert str(tmp_path / "home" / "sessions" / "mine.jsonl") in listed
    assert "1 of" in CliRunner().invoke(main, ["progress"]).output
    assert "1 of" not in CliRunner().invoke(main, ["progress", "--reset", "1.1"]).output.split("Next")[0]
    wrong = CliRunner().invoke(main, ["progress", "--reset", "1.99"])
    assert (wrong.exit_code, wrong.output.count("\n")) == (2, 1)


def test_the_concept_check_goes_on_where_it_was_left_and_begins_again_when_asked_to() -> None:
    first = CliRunner().invoke(main, ["concepts", "before"], input="B\n?\nq\n")
    assert first.exit_code == 0, first.output
    assert "2 of 34 answered." in first.output
    assert (
        "before the course: 2 of 34 answered." in CliRunner().invoke(main, ["concepts", "before"], input="q\n").output
    )
    again = CliRunner().invoke(main, ["concepts", "before", "--again"], input="q\n").output
    assert "before the course: 0 of 34 answered." in again
