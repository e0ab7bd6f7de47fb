"""Taking in work: whatever a download looks like, and whatever somebody put into it."""

import os
import zipfile

import pytest

from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.grade import collect, commands
from swarmlab.grade.course import Course

from .course import LESSON, ROOT

NOTEBOOK = f"{LESSON}.ipynb"


@pytest.fixture
def course(tmp_path) -> Course:
    """A course in which a lesson was released."""
    commands.init(tmp_path / "course", ROOT / "grading")
    made = Course(tmp_path / "course")
    folder = made.folder("release", ".", LESSON)
    folder.mkdir(parents=True)
    (folder / NOTEBOOK).write_bytes((ROOT / "notebooks" / NOTEBOOK).read_bytes())
    return made


def submitted(course: Course) -> dict[str, set[str]]:
    return {
        learner: {p.name for p in folder.rglob("*") if p.name != "timestamp.txt"}
        for learner, folder in course.submissions(LESSON)
    }


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("inside", [NOTEBOOK, f"{LESSON}/{NOTEBOOK}"])
def test_a_folder_of_one_learner_is_that_learner_s(course, tmp_path, inside, zipped):
    """As a shell gives them: ``swarmlab grade collect LESSON handed-in/*``."""
    sources = [tmp_path / "in" / learner for learner in ("ada", "ben")]
    for number, source in enumerate(sources):
        (source / inside).parent.mkdir(parents=True)
        (source / inside).write_text("{}")
        if zipped:
            sources[number] = source.with_suffix(".zip")
            with zipfile.ZipFile(sources[number], "w") as archive:
                archive.write(source / inside, inside)
    found = commands.collect(course.root, LESSON, sources, replace=False)
    assert (found.taken, found.kept) == (["ada", "ben"], [])
    assert submitted(course) == {"ada": {NOTEBOOK}, "ben": {NOTEBOOK}}


@pytest.mark.parametrize(
    ("path", "learner"),
    [
        ("ada.ipynb", "ada"),
        (f"ada/{NOTEBOOK}", "ada"),
        (f"ada/{LESSON}/{NOTEBOOK}", "ada"),
        (f"Ada Lovelace_12345_assignsubmission_file_/{NOTEBOOK}", "Ada-Lovelace"),
        (f"lovelaceada_12_345_{LESSON}-2.ipynb", "lovelaceada"),
        (f"lovelaceada_LATE_12_345_{NOTEBOOK}", "lovelaceada"),
        (f"ada/{LESSON} (1).ipynb", "ada"),
        ("ada@example.org/my work.ipynb", "ada@example.org"),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_downloads_are_understood(course, tmp_path, path, learner, zipped):
    source = tmp_path / "in"
    (source / path).parent.mkdir(parents=True)
    (source / path).write_text("{}")
    if zipped:
        with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
            archive.write(source / path, path)
        source = tmp_path / "in.zip"
    found = commands.collect(course.root, LESSON, [source], replace=False)
    assert found.taken == [learner]
    assert submitted(course) == {learner: {NOTEBOOK}}
    assert course.directory.get_existing_timestamp(str(course.folder("submitted", learner, LESSON)))


def test_what_is_newer_replaces_what_is_older(course, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "ada.ipynb").write_text("first")
    assert commands.collect(course.root, LESSON, [source], replace=False).taken == ["ada"]
    (source / "ada.ipynb").write_text("older")
    os.utime(source / "ada.ipynb", (1_000_000_000, 1_000_000_000))
    assert commands.collect(course.root, LESSON, [source], replace=False).kept == ["ada"]
    (source / "ada.ipynb").write_text("newer")
    os.utime(source / "ada.ipynb", (4_000_000_000, 4_000_000_000))
    assert commands.collect(course.root, LESSON, [source], replace=False).taken == ["ada"]
    assert (course.folder("submitted", "ada", LESSON) / NOTEBOOK).read_text() == "newer"


def test_nothing_leaves_the_folder(course, tmp_path):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name in (f"../../{NOTEBOOK}", "/etc/evil", f"ada/../../{NOTEBOOK}", f"..\\{NOTEBOOK}", "C:\\evil"):
            archive.writestr(name, "evil")
        link = zipfile.ZipInfo(f"ben/{NOTEBOOK}")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(f".hidden/{NOTEBOOK}", "x")
        archive.writestr(f"a b;c/{NOTEBOOK}", "x")
        archive.writestr("cleo/other/thing.txt", "x")
    found = commands.collect(course.root, LESSON, [tmp_path / "in.zip"], replace=False)
    assert found.taken == []
    assert found.skipped == [
        '"a b;c" cannot be a learner\'s name; its files were left out.',
        f"cleo handed in no {NOTEBOOK}.",
    ]
    assert not list(tmp_path.glob(f"**/{NOTEBOOK}")) or all(
        "course" in p.parts for p in tmp_path.glob(f"**/{NOTEBOOK}")
    )


def test_a_folder_s_links_are_left_out(course, tmp_path):
    source = tmp_path / "in"
    (source / "ada").mkdir(parents=True)
    (source / "ada" / NOTEBOOK).symlink_to("/etc/passwd")
    assert commands.collect(course.root, LESSON, [source], replace=False).taken == []


def test_a_zip_that_unpacks_without_end_is_refused(course, tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "MOST_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "in.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"ada/{NOTEBOOK}", b"\0" * 5000)
    with pytest.raises(InvalidArgument, match="unpacks to more than 20000 files or 1000 bytes"):
        commands.collect(course.root, LESSON, [tmp_path / "in.zip"], replace=False)


def test_what_cannot_be_taken_in_is_said(course, tmp_path):
    with pytest.raises(NotFound, match=r"there is no .*nowhere"):
        commands.collect(course.root, LESSON, [tmp_path / "nowhere"], replace=False)
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(InvalidArgument, match="is not a zip file"):
        commands.collect(course.root, LESSON, [tmp_path / "text.zip"], replace=False)
    with pytest.raises(NotFound, match='assignment "other" was not released'):
        commands.collect(course.root, "other", [tmp_path], replace=False)
