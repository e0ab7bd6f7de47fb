"""Take in work: from folders, zip files of a learning management system, or nbgrader's exchange.

Whatever the way, it ends as ``submitted/<learner>/<assignment>/``.  Nothing that is there already is lost: what is
handed in again replaces it only if it is newer, or if told to.
"""

import io
import os
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.grade.course import Course

#: A zip file may unpack to this much, and hold this many files.
MOST_BYTES, MOST_FILES = 2_000_000_000, 20_000
LEARNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")

#: How downloads name what a learner handed in.  Moodle: a folder ``Full Name_12345_assignsubmission_file_``; Canvas: a
#: file ``name_12345_678_lesson.ipynb``, with ``_late`` after the name if it was.
MOODLE = re.compile(r"(?P<learner>.+?)_\d+_assignsubmission_\w+?_?")
CANVAS = re.compile(r"(?P<learner>[^_/]+)(?:_late)?(?:_LATE)?_\d+_\d+_(?P<file>.+)")


class Found(NamedTuple):
    """One file of one learner."""

    learner: str
    name: str  # its path in the submission
    path: Path


class Collected(NamedTuple):
    """What a collection came to."""

    taken: list[str]  # learners
    kept: list[str]  # learners whose work was there already
    skipped: list[str]  # sentences


def collect(course: Course, assignment: str, sources: list[Path], *, replace: bool = False) -> Collected:
    """Take in all submissions of an assignment in `sources`, folders and zip files.

    Raises NotFound, InvalidArgument.
    """
    notebooks = course.notebooks(assignment)
    result = Collected([], [], [])
    with tempfile.TemporaryDirectory(prefix="swarmlab-collect-") as scratch:
        for number, source in enumerate(sources):
            if not source.exists():
                raise NotFound(f"there is no {source}")
            folder = source
            if source.is_file():
                folder = Path(scratch) / str(number)
                unpack(source, folder)
            whose = source.stem if source.is_file() else source.resolve().name
            _take(course, assignment, list(find(folder, whose, assignment, notebooks)), result, replace=replace)
    return Collected(sorted(set(result.taken)), sorted(set(result.kept)), result.skipped)


def _take(course: Course, assignment: str, handed_in: list[Found], result: Collected, *, replace: bool) -> None:
    notebooks = course.notebooks(assignment)
    by_learner: dict[str, list[Found]] = {}
    for found in handed_in:
        by_learner.setdefault(found.learner, []).append(found)
    for learner, files in sorted(by_learner.items()):
        if not LEARNER.fullmatch(learner):
            result.skipped.append(f'"{learner}" cannot be a learner\'s name; its files were left out.')
            continue
        if not any(found.name.removesuffix(".ipynb") in notebooks for found in files):
            result.skipped.append(f"{learner} handed in no {' or '.join(f'{name}.ipynb' for name in notebooks)}.")
            continue
        into = course.folder("submitted", learner, assignment)
        newest = max(found.path.stat().st_mtime for found in files)
        if into.exists() and not replace and _age(into) >= newest - 1:
            result.kept.append(learner)
            continue
        shutil.rmtree(into, ignore_errors=True)
        for found in files:
            target = into / found.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found.path, target)
        if not (into / "timestamp.txt").exists():
            when = datetime.fromtimestamp(newest, UTC)
            (into / "timestamp.txt").write_text(f"{when:%Y-%m-%d %H:%M:%S.%f} UTC\n", encoding="utf-8")
        result.taken.append(learner)


def _age(folder: Path) -> float:
    return max((path.stat().st_mtime for path in folder.rglob("*.ipynb")), default=0.0)


def find(folder: Path, whose: str, assignment: str, notebooks: list[str]) -> Iterator[Found]:
    """Yield the files in a folder, with whose they are.  Links are left out.

    Known forms: ``learner.ipynb`` (for one notebook), ``learner/lesson.ipynb``, ``learner/assignment/lesson.ipynb``,
    and what Moodle and Canvas make of them.  ``lesson.ipynb`` and ``assignment/lesson.ipynb`` alone are `whose`: the
    folder is that of one learner.
    """
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_symlink() or not path.is_file() or any(part.startswith((".", "__MACOSX")) for part in parts):
            continue
        if parts[0].removesuffix(".ipynb") in notebooks or (len(parts) > 1 and parts[0] == assignment):
            parts = (whose, *parts)
        if len(parts) == 1:
            yield from _single(parts[0], path, notebooks)
            continue
        moodle = MOODLE.fullmatch(parts[0])
        learner = _plain(moodle["learner"]) if moodle else parts[0]
        rest = parts[2:] if len(parts) > 2 and parts[1] == assignment else parts[1:]
        name = PurePosixPath(*rest).as_posix()
        yield Found(learner, _meant(name, notebooks), path)


def _single(name: str, path: Path, notebooks: list[str]) -> Iterator[Found]:
    canvas = CANVAS.fullmatch(name)
    if canvas:
        yield Found(_plain(canvas["learner"]), _meant(canvas["file"], notebooks), path)
    elif name.endswith(".ipynb") and len(notebooks) == 1:
        yield Found(name.removesuffix(".ipynb"), f"{notebooks[0]}.ipynb", path)


def _meant(name: str, notebooks: list[str]) -> str:
    """Return `name` without what uploading adds to it: ``lesson-1.ipynb``, ``lesson (2).ipynb``."""
    bare = re.sub(r"(-\d+| \(\d+\))(?=\.ipynb$)", "", name)
    if bare.removesuffix(".ipynb") in notebooks:
        return bare
    only_one = len(notebooks) == 1 and name.endswith(".ipynb") and "/" not in name
    return f"{notebooks[0]}.ipynb" if only_one else name


def _plain(name: str) -> str:
    """Return a full name as a learner's id."""
    return re.sub(r"[^A-Za-z0-9._@-]+", "-", name.strip())


def unpack(path: Path, into: Path) -> None:
    """Unpack a zip file, and zip files in it; nothing lands outside `into`.  Raises InvalidArgument."""
    try:
        with zipfile.ZipFile(path) as archive:
            _unpack(archive, into, depth=0)
    except zipfile.BadZipFile as error:
        raise InvalidArgument(f"{path} is not a zip file: {error}") from error


def _unpack(archive: zipfile.ZipFile, into: Path, depth: int) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise InvalidArgument(f"{archive.filename} unpacks to more than {MOST_FILES} files or {MOST_BYTES} bytes")
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if entry.is_dir() or stat.S_ISLNK(entry.external_attr >> 16):
            continue
        if not parts or ".." in parts or parts[0].startswith("/") or ":" in parts[0]:
            continue  # it would leave the folder
        target = into.joinpath(*parts)
        data = archive.read(entry)
        if target.suffix == ".zip" and depth == 0:
            try:
                with zipfile.ZipFile(io.BytesIO(data)) as inner:
                    _unpack(inner, target.with_suffix(""), depth + 1)
                continue
            except zipfile.BadZipFile:
                pass
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        when = datetime(*entry.date_time, tzinfo=UTC).timestamp()
        os.utime(target, (when, when))
