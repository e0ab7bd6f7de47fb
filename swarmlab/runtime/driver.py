"""Wall → virtual time: lets a simulated swarm live at the pace of a clock on the wall.

The formula is that of trio's ``MockClock``: virtual = base + speed x real time since then.  The driver sleeps
exactly until the next event is due and does no periodic work.  It runs as an asyncio task (`Driver.run`, for
``swarmlab serve``) or in a thread (`Driver.start`, for a notebook whose cells go on meanwhile).
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from swarmlab.errors import InvalidArgument
from swarmlab.runtime.connection import Handle
from swarmlab.wire import Answer, Request

_SECOND = 10**9

#: Real seconds of computing after which others (clients, the notebook) get their turn.
_SLICE = 0.02

#: Real seconds the swarm may lag behind.  A machine that cannot keep up gets slower time, not a growing backlog.
_MAX_LAG = 5.0


class Session(Protocol):
    """What a driver needs of a session (``swarmlab.timeline.session``).  Every call is safe in any thread."""

    #: Called, in any thread, after an input: events may be due sooner than they were.
    changed: list[Callable[[], None]]

    @property
    def now(self) -> int:
        """Virtual time, nanoseconds since 1970."""
        ...

    def advance_to(self, at: int) -> None:
        """Let everything happen that is due up to `at`; time is `at` afterwards."""
        ...

    def next_due(self) -> int | None:
        """Return when the next event is due; None if none is queued."""
        ...


class Driver:
    """Moves the time of `session`, `speed` virtual seconds for each real one, unless paused.

    `happened` is called after events have happened; set it at any time.  `monotonic` gives real seconds.
    Others may move the session's time too (``lab.advance``, a rewind): the driver goes on from there.
    """

    def __init__(
        self,
        session: Session,
        speed: float = 1.0,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.happened: Callable[[], None] = lambda: None
        self._session = session
        self._monotonic = monotonic
        self._lock = threading.RLock()
        self._speed = _checked(speed)
        self._playing = True
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._notify: Callable[[], None] = lambda: None
        self._virtual_base = self._left_at = session.now
        self._real_base = monotonic()
        session.changed.append(self.replan)

    # -- what is asked of it ---------------------------------------------------------------------------------

    @property
    def speed(self) -> float:
        """Virtual seconds for each real one, while playing."""
        return self._speed

    @property
    def playing(self) -> bool:
        """Whether time runs by itself."""
        return self._playing

    def play(self, speed: float | None = None) -> None:
        """Let time run, from the session's present on.

        Raises:
            InvalidArgument: `speed` is not positive: time cannot go backwards.
        """
        self.tick()
        with self._lock:
            self._speed = self._speed if speed is None else _checked(speed)
            self._playing = True
            self._base()
        self.replan()

    def pause(self) -> None:
        """Stop time where it is now."""
        self.tick()
        self._playing = False
        self.replan()

    def replan(self) -> None:
        """Something has changed: look again when the next event is due.  Any thread may call this."""
        self._notify()

    def gate(self, handle: Handle) -> Handle:
        """Return `handle` with time brought up to date before each request, so that it is answered as of now."""

        def answer(request: Request) -> Answer:
            self.tick()
            return handle(request)

        return answer

    def tick(self) -> float | None:
        """Bring the session's time up to date.

        Returns:
            After how many real seconds to call again; None: not before something changes.
        """
        with self._lock:
            if not self._playing:
                return None
            happened, delay = self._advance()
        if happened:  # outside the lock: whoever is told may ask for more
            self.happened()
        return delay

    def _advance(self) -> tuple[bool, float | None]:
        """Move time.  Return whether anything happened, and what `tick` returns."""
        session = self._session
        if session.now != self._left_at:
            self._base()  # somebody else moved it
        real = self._monotonic()
        target = self._virtual(real)
        happened = False
        while (due := session.next_due()) is not None and due <= target:
            session.advance_to(max(due, session.now))
            happened = True
            if self._monotonic() - real > _SLICE:
                break
        else:
            if target > session.now:
                session.advance_to(target)
        self._left_at = session.now
        if due is None:
            return happened, None
        if due > target:
            # A microsecond late rather than a rounding error early, which would mean to come back for nothing.
            delay = (due - self._virtual_base) / (self._speed * _SECOND) + self._real_base - real
            return happened, max(0.0, delay) + 1e-6
        if self._virtual(self._monotonic()) - session.now > _MAX_LAG * self._speed * _SECOND:
            self._base()
        return happened, 0.0

    def _base(self) -> None:
        self._virtual_base = self._left_at = self._session.now
        self._real_base = self._monotonic()

    def _virtual(self, real: float) -> int:
        return self._virtual_base + int((real - self._real_base) * self._speed * _SECOND)

    # -- how it runs -----------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Drive until cancelled, as a task of the running loop."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def notify() -> None:
            with suppress(RuntimeError):  # the loop is closed: there is nothing left to drive
                loop.call_soon_threadsafe(changed.set)

        self._notify = notify
        try:
            while True:
                changed.clear()
                delay = self.tick()
                if delay is not None and delay <= 0:
                    await asyncio.sleep(0)
                    continue
                with suppress(TimeoutError):
                    async with asyncio.timeout(delay):
                        await changed.wait()
        finally:
            self._notify = lambda: None

    def start(self) -> None:
        """Drive in a thread of its own until `stop`."""
        if self._thread is None:
            changed = threading.Event()
            self._stopped = False
            self._notify = changed.set
            self._thread = threading.Thread(target=self._loop, args=(changed,), name="swarmlab-driver", daemon=True)
            self._thread.start()

    def _loop(self, changed: threading.Event) -> None:
        while not self._stopped:
            changed.clear()
            delay = self.tick()
            if delay is None or delay > 0:
                changed.wait(delay)

    def stop(self) -> None:
        """End the thread and let the session go.  The driver cannot be used again."""
        thread, self._thread = self._thread, None
        self._stopped = True
        self._notify()
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        with suppress(ValueError):
            self._session.changed.remove(self.replan)


def _checked(speed: float) -> float:
    if not speed > 0 or speed == float("inf"):
        raise InvalidArgument(f"Time cannot run at speed {speed}: choose a positive number, or pause.")
    return speed
