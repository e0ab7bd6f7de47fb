"""The command ``swarmlab``."""

import functools
import os
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import click

from swarmlab.errors import InvalidArgument, SwarmlabError
from swarmlab.grade import commandline


def one_sentence(command: Callable[..., Any]) -> Callable[..., Any]:
    """Errors a user can cause end with their sentence and exit code 2, never with a traceback."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except SwarmlabError as error:
            click.echo(f"swarmlab: {error}", err=True)
            sys.exit(2)
        except UnicodeDecodeError:
            click.echo("swarmlab: that file is not text in UTF-8; save it as UTF-8 and try again", err=True)
            sys.exit(2)
        except OSError as error:
            name = f": {error.filename}" if error.filename else ""
            click.echo(f"swarmlab: {error.strerror or error}{name}", err=True)
            sys.exit(2)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="docker-swarmlab")
def main() -> None:
    """Learn and teach Docker Swarm: a three-host swarm that runs anywhere."""


@main.command()
@click.option("--hosts", default="", help="Hosts as NAME=ADDRESS,NAME=ADDRESS; by default the three of the lessons.")
@click.option("--no-swarm", is_flag=True, help="Engines that have not met, instead of a ready swarm.")
@click.option("--dir", "directory", type=click.Path(path_type=Path), help="Where the sockets go: DIR/HOST.sock.")
@click.option(
    "--tcp", default="", metavar="ADDRESS:PORT", help="Serve on loopback TCP, one port per host from PORT on."
)
@click.option("--seed", default=1, show_default=True, help="Everything left to chance follows from it.")
@click.option("--speed", default=1.0, show_default=True, help="Virtual seconds per real second.")
@click.option("--engine", default="28", show_default=True, help="Engine version to be like: 28 or 20.10.")
@one_sentence
def serve(hosts: str, no_swarm: bool, directory: Path | None, tcp: str, seed: int, speed: float, engine: str) -> None:
    """Serve the Engine API of each host, for the docker command line and any other Docker client."""
    import time

    from swarmlab.core.units import SECOND
    from swarmlab.lab import Lab
    from swarmlab.runtime.driver import Driver
    from swarmlab.runtime.serve import serve as run
    from swarmlab.runtime.terminals import Terminals
    from swarmlab.shell.live import Pace

    if speed <= 0:
        raise InvalidArgument(f"--speed must be more than 0, not {speed:g}")
    named = _named(hosts)
    # Making the swarm ready takes some virtual time: it begins that much earlier, and catches up with the clock.
    lab = Lab(hosts=named or 3, swarm=not no_swarm, seed=seed, engine=engine, now=time.time_ns() - 60 * SECOND)
    lab.session.advance_to(time.time_ns())
    handlers = {host: functools.partial(lab.request, host) for host in lab.hosts}

    def terminals(driver: Driver, where: Path) -> Terminals:
        return Terminals(lab, Pace(driver, stands_still=False), where, "serve")

    sys.exit(run(lab.session, handlers, directory=directory, tcp=tcp, speed=speed, beside=terminals))


@main.command()
@click.argument("host")
@click.option(
    "--dir", "directory", type=click.Path(path_type=Path), help="The --dir of the `swarmlab serve` to type on."
)
@click.option("--lab", "name", default="", help="Which lab, if several run.")
@one_sentence
def shell(host: str, directory: Path | None, name: str) -> None:
    """Open a terminal on HOST of a lab that `swarmlab serve` or a notebook runs."""
    from swarmlab.runtime.terminal import shell as run

    sys.exit(run(host, directory, name))


def _named(text: str) -> dict[str, str]:
    """Return the hosts that ``A=IP,B=IP`` names."""
    hosts: dict[str, str] = {}
    for part in filter(None, text.split(",")):
        name, equals, address = part.partition("=")
        if not equals or not name or not address:
            raise InvalidArgument(f'"{part}" names no host; write --hosts a=192.168.1.11,b=192.168.1.12')
        hosts[name.strip()] = address.strip()
    return hosts


@main.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--seed", default=1, show_default=True, help="Everything left to chance follows from it.")
@click.option(
    "--backend", type=click.Choice(["sim", "real"]), default=None, help="By default SWARMLAB_BACKEND, or sim."
)
@one_sentence
def run(file: str, seed: int, backend: str | None) -> None:
    """Run a transcript: lines such as [root@node1 ~]# docker ps.  FILE may be - for standard input."""
    from swarmlab.lab import Lab
    from swarmlab.shell.transcript import run_transcript

    if backend is not None:
        os.environ["SWARMLAB_BACKEND"] = backend
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    sys.exit(run_transcript(text, Lab(seed=seed), functools.partial(click.echo, nl=False)))


@main.command(context_settings={"ignore_unknown_options": True})
@click.option("--no-browser", is_flag=True, help="Do not open a browser; print the address.")
@click.option("--port", default=0, help="The port to serve on; by default a free one from 8888 on.")
@click.option("--learner", default="", help="Your name in the course: what you do in your labs then counts as yours.")
@one_sentence
def lab(no_browser: bool, port: int, learner: str) -> None:
    """Open JupyterLab on the lessons."""
    from swarmlab.runtime.jupyter import open_lab

    if learner:
        os.environ["SWARMLAB_LEARNER"] = learner
    sys.exit(open_lab(browser=not no_browser, port=port))


@main.command()
@click.argument("name")
@click.argument("service", default="")
@click.option("--session", default="", help="A named session: what Lab(name=…) keeps on disk.")
@click.option("--journal", type=click.Path(path_type=Path), help="A session's journal, wherever it is.")
@click.option("--at", default="", metavar="DURATION", help="The moment to draw, since the beginning: 90s, 5m.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where the picture goes: a .png or .svg file.")
@one_sentence
def chart(name: str, service: str, session: str, journal: Path | None, at: str, output: Path | None) -> None:
    """Draw a chart of a session: placement, replicas, timeline, rollout, balance or heatmap.

    Its words and its table are printed; -o keeps the picture.
    """
    from swarmlab.chartcommand import draw_session

    click.echo(draw_session(name, service, session=session, journal=journal, at=at, output=output))


@main.command()
@click.option("--reset", metavar="EXERCISE", default="", help="Forget what was reached in an exercise, such as 4.1.")
@one_sentence
def progress(reset: str) -> None:
    """Say how far you are: exercises and points, lesson by lesson."""
    from swarmlab import exercises
    from swarmlab.progress import Progress

    kept = Progress()
    if reset:
        kept.reset(exercises.find(reset).id)
    click.echo(repr(kept))


@main.command()
@one_sentence
def sessions() -> None:
    """List the sessions that are kept, with their files; Lab.open(NAME) continues one."""
    from datetime import datetime

    from swarmlab.home import kept_sessions

    for path in kept_sessions():
        used = datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{path.stem:24} {used}  {path}")


@main.command()
@click.argument("round", type=click.Choice(["before", "after"]))
@click.option("--again", is_flag=True, help="Forget the answers of this round first.")
@one_sentence
def concepts(round: str, again: bool) -> None:
    """Ask the concept check on this terminal: the round BEFORE the course, or the one AFTER it."""
    from swarmlab.concepts import ConceptCheck, new_lab
    from swarmlab.concepts.form import ask

    check = ConceptCheck(round, new_lab)
    if again:
        check.restart()
    ask(check, input, click.echo)


@main.command()
@one_sentence
def doctor() -> None:
    """Say what works on this machine, one line each, with the fix for what does not."""
    from swarmlab.runtime.doctor import findings

    found = findings()
    for finding in found:
        click.echo(f"{'ok  ' if finding.ok else 'no  '} {finding.what}: {finding.detail}")
    sys.exit(0 if all(finding.ok or not finding.needed for finding in found) else 1)


@main.group()
def real() -> None:
    """A real three-host swarm on this machine: Docker engines in containers, or in network namespaces (Linux, root)."""


def _of_real(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of all commands of `real`, and hand the backend to the command."""

    @functools.wraps(command)
    @one_sentence
    def run(how: str, directory: Path | None, image: str, **options: Any) -> None:
        from swarmlab.real.commands import backend

        command(backend(how, directory, image, lambda text: click.echo(f"swarmlab: {text}", err=True)), **options)

    for option in (
        click.option("--image", default="docker:dind", show_default=True, help="Image of the engines in containers."),
        click.option("--dir", "directory", type=click.Path(path_type=Path), help="Where namespaces are kept."),
        click.option(
            "--how", type=click.Choice(["auto", "containers", "namespaces"]), default="auto", show_default=True,
            help="What the engines run in.",
        ),
    ):  # fmt: skip
        run = option(run)
    return run


@real.command("up")
@click.option("--no-swarm", is_flag=True, help="Engines that have not met, instead of a ready swarm.")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON for SWARMLAB_HOSTS only.")
@_of_real
def real_up(lab: Any, no_swarm: bool, as_json: bool) -> None:
    """Start the swarm, if it is not up, and print what a shell needs: eval "$(swarmlab real up)"."""
    from swarmlab.real import commands

    lab.up(swarm=not no_swarm)
    hosts = lab.status()
    click.echo(commands.table(hosts), err=True)
    click.echo(commands.addresses(hosts) if as_json else commands.exports(hosts))


@real.command("down")
@_of_real
def real_down(lab: Any) -> None:
    """Stop the swarm and remove all that `up` made; nothing else is touched."""
    click.echo("everything is removed" if lab.down() else "nothing was up")


@real.command("status")
@_of_real
def real_status(lab: Any) -> None:
    """Print one line per host, with its DOCKER_HOST; exit code 1 if nothing is up."""
    from swarmlab.real import commands

    hosts = lab.status()
    click.echo(commands.table(hosts) if hosts else "nothing is up; start it with: swarmlab real up")
    sys.exit(0 if hosts else 1)


@main.group()
def author() -> None:
    """For those who write lessons."""


@author.command("build")
@click.option("--check", is_flag=True, help="Change nothing; say which learner copies are out of date.")
@one_sentence
def build(check: bool) -> None:
    """Make the learner copies in notebooks/ from grading/source/."""
    from swarmlab.author import build as building

    root = Path.cwd()
    if check:
        stale = building.check(root)
        click.echo("\n".join(stale) or "all learner copies are up to date")
        sys.exit(1 if stale else 0)
    for path in building.build(root):
        click.echo(str(path.relative_to(root)))


@author.command("check")
@click.argument("exercise", nargs=-1)
@one_sentence
def prove(exercise: tuple[str, ...]) -> None:
    """Prove exercises, by default all: right attempts pass, wrong ones are refused with their hint."""
    from swarmlab import exercises
    from swarmlab.author import proof
    from swarmlab.exercises import incidents
    from swarmlab.lab import Lab

    failed = False
    stages = proof.Stages(lambda seed, shuffle, learner: Lab(seed=seed, shuffle=shuffle, learner=learner))
    for wanted in map(exercises.find, exercise) if exercise else (*exercises.ALL, *incidents.ALL):
        found = proof.attempts(Path.cwd(), wanted.id)
        problems = list(proof.gaps(wanted, found))
        for seed, attempt in product(proof.SEEDS, found):
            made = stages.trial(attempt, seed) if seed in attempt.seeds else None
            if made is not None and made.problem:
                report = f"\n{made.report}" if made.report else ""
                problems.append(f"{attempt.name} under seed {seed}: {made.problem}{report}")
        right = sum(attempt.is_right for attempt in found)
        counts = f"{right} accepted, {len(found) - right} refused"
        click.echo(f"{'no' if problems else 'ok'}  {wanted.id} {wanted.title}: {counts}")
        for problem in problems:
            click.echo(f"    {problem}")
        failed = failed or bool(problems)
    sys.exit(1 if failed else 0)


@author.command("new")
@click.argument("exercise")
@click.argument("title")
@one_sentence
def new(exercise: str, title: str) -> None:
    """Begin an exercise: its module and the first attempts.  EXERCISE is an id such as 3.6."""
    from swarmlab.author.scaffold import new as begin

    for path in begin(Path.cwd(), exercise, title):
        click.echo(str(path.relative_to(Path.cwd())))
    click.echo("Next: add it to LESSON in the __init__.py of its lesson, then run: swarmlab author check " + exercise)


@author.command("table")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if the table is out of date.")
@one_sentence
def table(check: bool) -> None:
    """Make the table of the course in docs/course.md."""
    from swarmlab import exercises
    from swarmlab.author import table as course

    path, text = Path.cwd() / course.FILE, course.table(Path.cwd(), exercises.LESSONS)
    stale = not path.exists() or path.read_text(encoding="utf-8") != text
    if check:
        click.echo(f"{course.FILE} is out of date; run `{course.COMMAND}`" if stale else f"{course.FILE} is up to date")
        sys.exit(1 if stale else 0)
    if stale:
        path.write_text(text, encoding="utf-8")
        click.echo(course.FILE)


main.add_command(commandline.group(one_sentence))


if __name__ == "__main__":
    main(prog_name="swarmlab")
