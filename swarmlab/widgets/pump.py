"""Who calls a function again and again while the learner's cell runs, or waits: a strategy.

CPython has threads.  In a browser (Pyodide) there are none, but an event loop runs.  Elsewhere there may be neither:
then nothing is pumped, and whoever runs a cell refreshes the board afterwards.  Nothing ever waits for a pump.
"""

import asyncio
import contextvars
import sys
import threading
from collections.abc import Callable
from typing import Protocol

#: Seconds between two looks: at most 20 messages a second.
EVERY = 0.05


class Pump(Protocol):
    """Something that calls a function about every `EVERY` seconds until it is stopped."""

    def stop(self) -> None:
        """Call no more.  Returns at once; a call under way may still end."""


class ThreadPump:
    """A daemon thread.

    It runs in a copy of the present context: ipykernel 7.0 finds the message that its output answers there, and
    sending from a thread without it fails with LookupError.
    """

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._stopped = threading.Event()
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run,), name="swarmlab-board", daemon=True).start()

    def _run(self) -> None:
        while not self._stopped.wait(EVERY):
            self._tick()

    def stop(self) -> None:
        """Call no more."""
        self._stopped.set()


class LoopPump:
    """A task of the event loop that runs now.  Raises RuntimeError if none does."""

    def __init__(self, tick: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        self._tick = tick
        self._task = loop.create_task(self._run())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            self._tick()

    def stop(self) -> None:
        """Call no more."""
        self._task.cancel()


def start(tick: Callable[[], None], platform: str = sys.platform) -> Pump | None:
    """Return a pump that fits this machine, already running; None where nothing can run beside a cell."""
    if platform != "emscripten":
        return ThreadPump(tick)
    try:
        return LoopPump(tick)
    except RuntimeError:  # no event loop runs
        return None
