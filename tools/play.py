"""Play the attempts at exercises on real engines, and keep the histories (tests/real/played).

    python -m tools.play                    all exercises that are not for a simulation alone
    python -m tools.play 3.1 'right_*'      some exercises, some attempts

Takes Linux and root.  What takes the time is waiting, so several swarms are worked on at once, each in network
namespaces of its own (`swarmlab.real.namespaces`); nothing that runs on this machine is touched.
"""

import fnmatch
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

import click

from swarmlab import exercises
from swarmlab.author import proof
from swarmlab.author.proof import Attempt
from swarmlab.checks.judge import started
from swarmlab.errors import SwarmlabError
from swarmlab.real.lab import RealLab
from swarmlab.real.namespaces import Namespaces, missing
from tests.real import played
from tests.real.conftest import folder, on_a_clean_swarm

ROOT = Path(__file__).parents[1]


@click.command()
@click.option("--swarms", default=4, show_default=True, help="Swarms at once.")
@click.option("--missing", "only_missing", is_flag=True, help="Leave out what was played already.")
@click.argument("patterns", nargs=-1)
def main(swarms: int, only_missing: bool, patterns: tuple[str, ...]) -> None:
    """Play attempts; the exit status is how many could not be played."""
    if lacking := missing():
        raise click.ClickException(lacking)
    chosen = [
        attempt
        for exercise in exercises.ALL
        if exercise.backends == "both"
        for attempt in proof.attempts(ROOT, exercise.id)
        if _is_chosen(attempt, patterns) and not (only_missing and _was_played(attempt))
    ]
    with ExitStack() as stack:
        free: SimpleQueue[Namespaces] = SimpleQueue()
        for _ in range(min(swarms, len(chosen))):
            lab = Namespaces(folder())
            stack.callback(lab.down)
            free.put(lab)
        writing = threading.Lock()

        def play(attempt: Attempt) -> bool:
            lab = free.get()
            try:
                found = play_on(lab, attempt)
            except (AssertionError, SwarmlabError) as error:  # the others are still worth playing
                print(f"{attempt.exercise} {attempt.name}: NOT played: {error}", flush=True)
                lab.down()  # whatever state it is in
                return False
            finally:
                free.put(lab)
            with writing:
                keep(found)
            report = found.judge()
            print(f"{attempt.exercise} {attempt.name}: {report.score:g}/{report.points:g}", flush=True)
            return True

        pool = stack.enter_context(ThreadPoolExecutor(swarms))
        failed = [*pool.map(play, chosen)].count(False)
    sys.exit(min(failed, 99))


def _is_chosen(attempt: Attempt, patterns: Iterable[str]) -> bool:
    words = (attempt.exercise, attempt.name)
    ids = [it for it in patterns if it[:1].isdigit()]
    names = [it for it in patterns if not it[:1].isdigit()]
    return all(
        not group or any(fnmatch.fnmatch(word, it) for it in group)
        for word, group in zip(words, (ids, names), strict=True)
    )


def _was_played(attempt: Attempt) -> bool:
    return any(it.attempt == attempt.name for it in played.load(attempt.exercise))


def play_on(lab: Namespaces, attempt: Attempt) -> played.Played:
    """Play an attempt on a swarm that has nothing of earlier ones, and return its history."""
    with on_a_clean_swarm(lab) as real:
        return history(real, attempt)


def history(real: RealLab, attempt: Attempt) -> played.Played:
    """Let a learner try an exercise on `real`, and return what was seen."""
    exercise = exercises.find(attempt.exercise)
    real.exercise(attempt.exercise)
    answers = attempt.do(real)
    report = real.check(attempt.exercise, **answers)
    begun = started(exercise, real)
    assert begun is not None
    engine = str(real.docker().version()["Version"]).partition("+")[0]
    found = played.trimmed(
        played.Played(attempt.exercise, attempt.name, engine, begun, real.now, answers, tuple(real.history.rows))
    )
    assert found.judge().score == report.score, "judged again, the history gives other points"
    return found


def keep(found: played.Played) -> None:
    """Write an attempt into the file of its exercise, in the place of what was played before."""
    others = [it for it in played.load(found.exercise) if it.attempt != found.attempt]
    played.save(found.exercise, sorted([*others, found], key=lambda it: it.attempt))


if __name__ == "__main__":
    main()
