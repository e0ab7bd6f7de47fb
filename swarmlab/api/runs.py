"""Commands that are running inside containers, between the streams of clients and whoever runs them.

Nothing here is part of the simulated world.  What a program does to it goes to `App.report`, which the
owner of the App may replace so that reports are recorded; a replay has no programs and gets only the reports.

A program is started when it is first polled, not while the request that asked for it is being handled: so
the request's own effect on the core is complete before anything that the program causes.
"""

import logging
from typing import TYPE_CHECKING

from swarmlab.api.programs import Chunk, Ended, ExecEnded, Process, Report, Wrote
from swarmlab.core.agent.container import Container, Exec
from swarmlab.core.agent.engine import Engine

if TYPE_CHECKING:
    from swarmlab.api.app import App

STDERR = 2
_log = logging.getLogger(__name__)


class Run:
    """One command: the main program of a container (`exec_` None), or one that ``docker exec`` started."""

    def __init__(self, app: "App", host: str, container: Container, exec_: Exec | None) -> None:
        self.app = app
        self.host = host
        self.container = container
        self.exec = exec_
        self.epoch = container.epoch
        self.process: Process | None = None
        self.ready = exec_ is not None  # the main program waits until its container has been started
        self.over = False
        self.output: list[Chunk] = []  # of an exec, until its client reads it
        self._input = b""
        self._input_ended = False
        self._size: tuple[int, int] | None = None

    # --- from clients ---------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Take standard input, also before the program has started."""
        if self.process is not None:
            self.process.write(data)
        else:
            self._input += data

    def close_write(self) -> None:
        """Standard input has ended."""
        self._input_ended = True
        if self.process is not None:
            self.process.close_write()

    def resize(self, height: int, width: int) -> None:
        """The client's terminal has another size."""
        self._size = (height, width)
        if self.process is not None:
            self.process.resize(height, width)

    def take(self) -> list[Chunk]:
        """Return what an exec has written since the last call."""
        output, self.output = self.output, []
        return output

    # --- from the program -----------------------------------------------------------------------------

    def poll(self) -> None:
        """Start the program if it is time, and pass on what it has written and whether it has ended."""
        if self.over or not self.ready:
            return
        if not self._is_alive():
            self.close()
            return
        if self.process is None:
            self._start()
        process = self.process
        if process is None:
            return
        exit_code = process.exit_code  # asked for first: what it wrote before its end is then all there
        self._pass_on(process.read())
        if exit_code is not None:
            self._end(exit_code)

    def break_off(self, error: Exception) -> None:
        """The program itself has a fault: say so where its output goes, and let it end as if killed."""
        self.process = None
        text = f"swarmlab could not run this: {type(error).__name__}: {error}\r\n"
        self._pass_on([Chunk(STDERR, text.encode())])
        self._end(137)

    def _pass_on(self, chunks: list[Chunk]) -> None:
        if self.exec is not None:
            self.output += chunks
            return
        for chunk in chunks:
            self.app.report(Wrote(self.host, self.container.id, chunk.stream, chunk.data))

    def _end(self, exit_code: int) -> None:
        self.over = True
        self.app.report(
            ExecEnded(self.host, self.exec.id, exit_code)
            if self.exec is not None
            else Ended(self.host, self.container.id, exit_code)
        )

    def _is_alive(self) -> bool:
        """Whether the core still has this process, in the life of the container that it was started in."""
        if self.exec is not None:
            return self.exec.running
        return self.container.is_running and self.container.epoch == self.epoch

    def _start(self) -> None:
        programs = self.app.programs
        if programs is None:
            return
        config, wanted = self.container.config, self.exec
        self.process = programs.start(
            self.host,
            self.container,
            wanted.argv if wanted else self.container.argv,
            tty=wanted.tty if wanted else config.tty,
            env=wanted.env if wanted else (),
            user=wanted.user if wanted else "",
            cwd=wanted.dir if wanted else "",
            stdin=wanted.stdin if wanted else config.open_stdin,
        )
        if self._size is not None:
            self.process.resize(*self._size)
        if self._input:
            self.process.write(self._input)
            self._input = b""
        if self._input_ended:
            self.process.close_write()

    def close(self) -> None:
        """End the program: its container has stopped, or the whole lab has gone."""
        self.over = True
        if self.process is not None:
            self.process.close()


class Runs:
    """All commands of one App."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._mains: dict[tuple[str, str], Run] = {}  # (host, container id)
        self._execs: dict[tuple[str, str], Run] = {}  # (host, exec id)

    def main(self, host: str, container: Container) -> Run | None:
        """Return the main program of a container if it is one that has to be run, started or not."""
        if not container.plan.external:
            return None
        key = (host, container.id)
        run = self._mains.get(key)
        if run is None or run.over:
            run = self._mains[key] = Run(self._app, host, container, None)
        return run

    def begin(self, host: str, container: Container) -> None:
        """A container has just been started."""
        run = self.main(host, container)
        if run is not None:
            run.ready, run.epoch = True, container.epoch

    def begin_exec(self, host: str, container: Container, process: Exec) -> Run:
        """An exec has just been started."""
        run = self._execs[host, process.id] = Run(self._app, host, container, process)
        return run

    def exec(self, host: str, exec_id: str) -> Run | None:
        """Return the run of an exec that has been started, None if there is none."""
        return self._execs.get((host, exec_id))

    @property
    def busy(self) -> bool:
        """Whether any program is running: time must then pass event by event, so that none oversleeps."""
        return any(not run.over for runs in (self._mains, self._execs) for run in runs.values())

    def poll(self) -> None:
        """Let all of them get on."""
        for runs in (self._mains, self._execs):
            for key, run in list(runs.items()):
                try:
                    run.poll()
                except Exception as error:  # it must not take the streams of other clients with it
                    _log.exception("a program broke")
                    run.break_off(error)
                if run.over and runs.get(key) is run:
                    del runs[key]

    def close(self) -> None:
        """End all of them."""
        for run in (*self._mains.values(), *self._execs.values()):
            run.close()
        self._mains.clear()
        self._execs.clear()


def apply(engine: Engine, report: Report) -> None:
    """Let the core know what a program did; what came too late is ignored."""
    if isinstance(report, ExecEnded):
        process = engine.execs.get(report.exec_id)
        if process is not None:
            engine.execs.end(process, report.exit_code)
        return
    container = engine.containers.get(report.container_id)
    if container is None or not container.is_running:
        return
    if isinstance(report, Wrote):
        engine.write_log(container, report.stream, report.data)
    else:
        engine.ended(container, report.exit_code)
