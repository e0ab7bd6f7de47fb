"""The learner's side: an IPython shell in a confined process, which runs cells and answers questions.

Everything here is at the mercy of the learner's code, and nothing that counts depends on it: outputs are for show,
answers and journals are claims that the judge examines on a swarm of his own.
"""

import base64
import contextlib
import importlib
import io
import json
import os
import pkgutil
import random
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from swarmlab.grade.frames import Broken, Frame, Line

#: After this many characters of one cell nothing more is passed on; the grader counts for himself.
MUCH = 2_000_000

Send = Callable[[Frame], None]


def serve(line: Line, shell: Any) -> None:
    """Do what the grader asks, until the grader hangs up."""
    outputs = Outputs(line.send)
    outputs.attach(shell)
    while True:
        try:
            frame = line.receive()
        except Broken:
            return
        match frame.get("do"):
            case "files":
                put_files(frame["files"], Path.cwd())
            case "environment":
                os.environ.update(frame["environment"])
            case "run":
                outputs.count = 0
                run(shell, str(frame["source"]), float(frame["seconds"]))
                outputs.flush()
                line.send({"done": "run"})
            case "ask" | "call":
                line.send({"done": frame["do"], **answer(shell, frame)})


def run(shell: Any, source: str, seconds: float) -> None:
    """Run a cell; after `seconds` it is interrupted, as by the stop button."""

    def too_long(signal_number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt(f"this cell ran for more than {seconds:g} seconds")

    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        shell.run_cell(source, store_history=True)
    except BaseException as error:  # what a cell cannot catch must not end the process, short of killing it
        shell._showtraceback(type(error), error, traceback.format_exception_only(error))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def answer(shell: Any, frame: Frame) -> Frame:
    """Answer a question about the learner's variables, in JSON.

    ``ask``: the journal of the lab in a variable, and the values of others.  ``call``: the result of a function.
    """
    known = shell.user_ns
    try:
        if frame["do"] == "call":
            if frame["function"] not in known:
                return {"error": f"there is no function `{frame['function']}`"}
            return {"value": plain(known[frame["function"]](*frame["arguments"]))}
        lab = known.get(frame["lab"])
        session = getattr(lab, "session", None)
        journal = session.evidence() if session is not None else None
        return {"journal": journal, "values": {n: plain(known[n]) for n in frame["names"] if n in known}}
    except BaseException as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}


def plain(value: Any) -> Any:
    """Return `value` if it is JSON, else what kind of thing it is."""
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return {"not JSON": type(value).__name__}


def put_files(files: dict[str, str], folder: Path) -> None:
    """Lay the files of a submission into `folder`."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))


class Outputs:
    """Collects what a shell shows and passes it on as a notebook's outputs."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._text: list[str] = []
        self._stream = ""
        self.count = 0

    def attach(self, shell: Any) -> None:
        """Take over a shell's streams, display and errors."""
        sys.stdout, sys.stderr = Stream(self, "stdout"), Stream(self, "stderr")
        shell.display_pub.publish = self.display
        shell.displayhook.write_format_data = self.result
        shell.displayhook.write_output_prompt = lambda: None
        shell.displayhook.finish_displayhook = lambda: None
        shell._showtraceback = self.error

    def write(self, stream: str, text: str) -> None:
        """Keep text; it is sent when the stream changes, or enough has come together."""
        if stream != self._stream:
            self.flush()
            self._stream = stream
        self.count += len(text)
        if self.count <= MUCH:
            self._text.append(text)
            if len(text) > 4096:
                self.flush()

    def flush(self) -> None:
        """Send the text that was kept."""
        text, self._text = "".join(self._text), []
        if text:
            self._send({"output": {"output_type": "stream", "name": self._stream, "text": text}})

    def display(self, data: Any, metadata: Any = None, source: str = "", **_: Any) -> None:
        """Stands for the shell's DisplayPublisher.publish."""
        self._rich("display_data", data)

    def result(self, data: Any, metadata: Any = None) -> None:
        """Stands for the shell's DisplayHook.write_format_data."""
        self._rich("execute_result", data)

    def _rich(self, kind: str, data: Any) -> None:
        self.flush()
        self.count += sum(len(value) for value in data.values() if isinstance(value, str))
        if self.count <= MUCH:
            kept = {mime: base64.b64encode(v).decode() if isinstance(v, bytes) else v for mime, v in data.items()}
            with contextlib.suppress(TypeError, ValueError):
                self._send({"output": {"output_type": kind, "data": kept}})

    def error(self, kind: Any, value: Any, lines: list[str]) -> None:
        """Stands for the shell's _showtraceback."""
        self.flush()
        shown = {"output_type": "error", "ename": getattr(kind, "__name__", "Error"), "evalue": str(value)}
        self._send({"output": {**shown, "traceback": list(lines)}})


class Stream:
    """What ``sys.stdout`` and ``sys.stderr`` are while cells run."""

    encoding, errors, closed = "utf-8", "replace", False

    def __init__(self, outputs: Outputs, name: str) -> None:
        self._outputs = outputs
        self.name = name

    def write(self, text: str) -> int:
        """Take text."""
        self._outputs.write(self.name, str(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Take lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing waits longer than the cell."""

    def isatty(self) -> bool:
        """No terminal."""
        return False

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def fileno(self) -> int:
        """There is no file behind it."""
        raise OSError("this stream has no file")


def make_shell() -> Any:
    """Return an IPython shell as a kernel would have it, with everything loaded that lessons use."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    settings.InteractiveShell.autoindent = False
    shell: Any = InteractiveShell.instance(config=settings)
    import matplotlib.pyplot as plt  # with the backend that the environment names

    for part in ("charts", "cli", "exercises", "lab", "shell", "widgets"):  # what would else be loaded in each child
        importlib.import_module(f"swarmlab.{part}")
    for part in ("charts", "cli", "shell", "widgets"):
        for found in pkgutil.walk_packages([str(Path(__file__).parents[1] / part)], f"swarmlab.{part}."):
            importlib.import_module(found.name)
    plt.plot([0, 1])
    plt.title("1")
    plt.savefig(io.BytesIO())  # finds the fonts
    plt.close("all")

    shell.extension_manager.load_extension("swarmlab")
    shell.system = _system  # no terminal in a sandbox
    return shell


def _system(command: str) -> None:
    """Run a ``!command`` and print what it prints."""
    done = subprocess.run(
        command, shell=True, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    print(done.stdout, end="")


def begin_anew() -> None:
    """What a fork shares with its siblings and should not: chance."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
