"""A program that runs beside the simulation, one step at a time: whoever polls it lets it run until it must wait.

A program inside a container is asked for by an HTTP request, and that request must not wait for it.  So it runs on a
thread of its own, but never at the same time as anybody else: like a coroutine, it is resumed, does something, and
hands back what it wants: an answer from the simulation, virtual time to pass, or nothing any more.  Therefore its
order of events is always the same, and one program asleep costs nothing.
"""

import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

from swarmlab.core.network.dataplane import DataPlane
from swarmlab.shell.ports import Cancelled, Gate

T = TypeVar("T")


class Ask(NamedTuple):
    """The program wants `question` answered by the thread that polls it, and its result or error."""

    question: Callable[[Gate], Any]


class Sleep(NamedTuple):
    """The program sleeps until `until`."""

    until: int


class Done(NamedTuple):
    """The program has ended."""

    status: int


Wish = Ask | Sleep | Done


class Job:
    """One program on its own thread, and its `Access` to the simulation.

    The polling side calls `poll` and `cancel`; the program itself `now`, `ask`, `apply` and `sleep`.
    """

    def __init__(self, gate: Gate, program: Callable[["Job"], int]) -> None:
        self._gate = gate
        self._program = program
        self._resumed = threading.Semaphore(0)
        self._paused = threading.Semaphore(0)
        self._thread: threading.Thread | None = None
        self._wish: Wish | None = None
        self._answer: tuple[bool, Any] = (True, None)  # (whether it is a value, value or error)
        self._now = gate.now
        self._cancelled = False
        self.status: int | None = None
        self.failure: Exception | None = None  # what ended it, if that was no decision of its own

    # --- the polling side -------------------------------------------------------------------------------

    def poll(self) -> bool:
        """Let the program run until it must wait; return whether it has ended."""
        while self.status is None:
            if isinstance(self._wish, Sleep) and not self._cancelled:
                if self._gate.now < self._wish.until:
                    return False
                self._answer = (True, None)
            self._step()
            wish = self._wish
            if isinstance(wish, Ask):
                self._answer = self._reply(wish)
            elif isinstance(wish, Sleep) and not self._cancelled:
                self._gate.apply({"op": "wake", "until": wish.until})
            elif isinstance(wish, Done):
                self.status = wish.status
                if self.failure is not None:
                    raise self.failure
        return True

    def cancel(self) -> None:
        """End the program at its next wish, which may be the one it waits for."""
        self._cancelled = True
        if self._thread is None:
            self.status = 130

    def _reply(self, wish: Ask) -> tuple[bool, Any]:
        try:
            return True, wish.question(self._gate)
        except Exception as error:
            return False, error

    def _step(self) -> None:
        self._now = self._gate.now
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="swarmlab-program", daemon=True)
            self._thread.start()
        else:
            self._resumed.release()
        self._paused.acquire()

    # --- the program's side -----------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            status = self._program(self)
        except Cancelled:
            status = 130
        except Exception as error:  # a defect of ours must not leave the other side waiting for ever
            self.failure = error
            status = 1
        self._wish = Done(status)
        self._paused.release()

    def _hand_over(self, wish: Wish) -> Any:
        if self._cancelled:
            raise Cancelled
        self._wish = wish
        self._paused.release()
        self._resumed.acquire()
        if self._cancelled:
            raise Cancelled
        is_value, value = self._answer
        if not is_value:
            raise value
        return value

    @property
    def now(self) -> int:
        """Virtual time."""
        return self._now

    def ask(self, question: Callable[[DataPlane], T]) -> T:
        """Return what `question` finds out about the network."""

        def locked(gate: Gate) -> T:
            with gate.lock:
                return question(gate.network)

        return cast(T, self._hand_over(Ask(locked)))

    def apply(self, op: dict[str, Any]) -> dict[str, Any]:
        """Do an input."""
        return cast(dict[str, Any], self._hand_over(Ask(lambda gate: gate.apply(op))))

    def sleep(self, ns: int) -> None:
        """Wait for virtual time."""
        if ns > 0:
            self._hand_over(Sleep(self._now + ns))
