"""A progress bar for what takes longer than a second, where somebody looks: in a notebook, or at a terminal."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from swarmlab import seat

#: Seconds of the wall clock after which work is long, and between two looks at it.
LONG, EVERY = 1.0, 0.25
_FORMAT = "{desc}: {percentage:3.0f} % |{bar:30}| {elapsed} so far, about {remaining} left"


@contextmanager
def shown(what: str, done: Callable[[], float]) -> Iterator[None]:
    """Draw a bar while this lasts, if it lasts; it is wiped away at the end.

    `done` tells how much is done, from 0 to 1; another thread asks it, so it may only look.
    """
    if not (sys.stdout.isatty() or seat.is_taken()):  # where nobody looks, a bar would only spoil what is kept
        yield
        return
    ended = threading.Event()
    drawing = threading.Thread(target=_draw, args=(what, done, ended), name="swarmlab-progress", daemon=True)
    drawing.start()
    try:
        yield
    finally:
        ended.set()
        drawing.join()


def _draw(what: str, done: Callable[[], float], ended: threading.Event) -> None:
    if ended.wait(LONG):
        return
    with tqdm(total=100, desc=what, bar_format=_FORMAT, file=sys.stdout, leave=False) as bar:
        while not ended.wait(EVERY):
            bar.n = round(100 * min(1.0, max(0.0, done())))
            bar.refresh()
