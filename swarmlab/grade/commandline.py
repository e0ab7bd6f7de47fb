"""The words of ``swarmlab grade``.  What they do is in `commands` and `running`, loaded when it is asked for."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from swarmlab.grade import quick
from swarmlab.plural import count

_FOLDER = click.option(
    "--course",
    "root",
    type=click.Path(path_type=Path),
    default=Path("."),
    help="The course's folder; by default this one.",
)
_LEARNERS = click.option(
    "--learner", "learners", multiple=True, help="Only this learner's; may be given several times."
)


def group(one_sentence: Callable[[Callable[..., Any]], Callable[..., Any]]) -> click.Group:
    """Return the group of commands; `one_sentence` turns errors into sentences."""

    @click.group()
    def grade() -> None:
        """Release lessons, collect submissions, grade them in a sandbox, give feedback."""
        quick.start()

    def command(name: str) -> Callable[[Callable[..., Any]], Any]:
        return lambda function: grade.command(name)(one_sentence(function))

    @command("init")
    @click.argument("root", type=click.Path(path_type=Path))
    @click.option(
        "--from", "origin", type=click.Path(path_type=Path), help="A course to begin with; default: this one."
    )
    def init(root: Path, origin: Path | None) -> None:
        """Make a course's folder.  What is there already stays."""
        from swarmlab.grade import commands

        made = commands.init(root, origin)
        click.echo(f"{root}: {len(made)} files made; next: swarmlab grade release LESSON --course {root}")

    @command("release")
    @click.argument("assignment")
    @_FOLDER
    @click.option("--exchange", is_flag=True, help="Hand it out through nbgrader's exchange, too.")
    def release(assignment: str, root: Path, exchange: bool) -> None:
        """Make the learners' notebooks, without solutions."""
        from swarmlab.grade import commands

        click.echo(f"released: {commands.release(root, assignment, exchange=exchange)}")

    @command("collect")
    @click.argument("assignment")
    @click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
    @_FOLDER
    @click.option("--replace", is_flag=True, help="Replace what was collected before, even if it is newer.")
    def collect(assignment: str, sources: tuple[Path, ...], root: Path, replace: bool) -> None:
        """Take in submissions: from folders and zip files (SOURCES), or from nbgrader's exchange."""
        from swarmlab.grade import commands

        found = commands.collect(root, assignment, list(sources), replace=replace)
        for sentence in found.skipped:
            click.echo(f"left out: {sentence}")
        click.echo(f"{count(len(found.taken), 'submission')} taken in, {len(found.kept)} were there already")
        if found.taken:
            click.echo(f"taken in: {', '.join(found.taken)}")

    command("run")(_judging(force=False))
    command("regrade")(_judging(force=True))

    @command("feedback")
    @click.argument("assignment")
    @_FOLDER
    @_LEARNERS
    @click.option("--exchange", is_flag=True, help="Hand it back through nbgrader's exchange, too.")
    @click.option("--force", is_flag=True, help="Make pages again that are up to date.")
    def feedback(assignment: str, root: Path, learners: tuple[str, ...], exchange: bool, force: bool) -> None:
        """Make a page for every learner: points, reasons, hints."""
        from swarmlab.grade import commands

        made = commands.feedback(root, assignment, learners=learners, exchange=exchange, force=force)
        click.echo(f"{len(made)} pages made, in {root / 'feedback'}")

    @command("report")
    @click.argument("assignment")
    @_FOLDER
    def report(assignment: str, root: Path) -> None:
        """Write a page and a notebook about the assignment: distribution, exercises, misconceptions, learners."""
        from swarmlab.grade import commands

        for path in commands.report(root, assignment):
            click.echo(str(path))

    @command("export")
    @click.argument("assignments", nargs=-1)
    @_FOLDER
    @click.option(
        "--format", "form", type=click.Choice(["csv", "xlsx", "canvas", "moodle"]), default="csv", show_default=True
    )
    @click.option(
        "--to", type=click.Path(path_type=Path), help="The file; by default grades-FORMAT in the course's folder."
    )
    def export(assignments: tuple[str, ...], root: Path, form: str, to: Path | None) -> None:
        """Write a table of grades, of all assignments by default."""
        from swarmlab.grade import commands

        click.echo(str(commands.export(root, list(assignments), form, to)))

    return grade


def _judging(*, force: bool) -> Callable[..., Any]:
    @click.argument("assignment")
    @_FOLDER
    @_LEARNERS
    @click.option("--workers", default=0, help="How many processes; by default one for each processor.")
    @click.option("--cluster", default="", metavar="ADDRESS", help="A Dask scheduler; its workers judge then.")
    @click.option("--engine", type=click.Choice(["fork", "kernel", "stock"]), default=None, help="Where cells run.")
    @click.option("--evidence", type=click.Choice(["best", "journal", "execute"]), default=None, help="What counts.")
    @click.option("--unsafe", is_flag=True, help="Run cells although nothing keeps them in.")
    @functools.wraps(_judging)
    def run(
        assignment: str, root: Path, learners: tuple[str, ...], workers: int, cluster: str, engine: str | None,
        evidence: str | None, unsafe: bool,
    ) -> None:  # fmt: skip
        from swarmlab.grade import running
        from swarmlab.grade.commands import must_be_number_of_workers

        with click.progressbar(length=1, label=assignment, show_eta=True, file=sys.stderr) as bar:

            def progress(done: int, of: int) -> None:
                bar.length = of
                bar.update(done - bar.pos)

            summary = running.run(
                root, assignment, learners=learners, workers=must_be_number_of_workers(workers), engine=engine or "",
                evidence=evidence or "", unsafe=unsafe, cluster=cluster, force=force, progress=progress,
            )  # fmt: skip
        for learner, fault in summary.faults:
            click.secho(f"NOT JUDGED: {learner}: {fault}", fg="red", err=True)
        lost = len(summary.faults)
        click.echo(f"{summary.judged - lost} judged, {summary.unchanged} unchanged, {lost} not judged")
        sys.exit(1 if summary.faults else 0)

    run.__doc__ = "Judge all submissions again." if force else "Judge the submissions that are not judged yet."
    run.__name__ = "regrade" if force else "run"
    return run
