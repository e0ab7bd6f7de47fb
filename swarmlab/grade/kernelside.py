"""A real Jupyter kernel for a learner's cells: for lessons that need what only a kernel has (comms, async cells).

This process and the kernel live in the same sandbox; it only passes on.  It answers like `inside.serve`.
"""

import ast
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from queue import Empty
from typing import Any

from swarmlab.grade import confine, inside
from swarmlab.grade.frames import Broken, Frame, Line

#: Seconds for a kernel to start, and to go back to idle after an interrupt.
STARTUP, PATIENCE = 90.0, 3.0


def main(settings: dict[str, Any]) -> None:
    """Start a kernel and serve the grader.  `settings`: fd, home, readable, uid, confine (False: give up nothing)."""
    from jupyter_client.manager import KernelManager

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = Line(socket.socket(fileno=int(settings["fd"])))
    home = Path(settings["home"])
    home.mkdir(parents=True, exist_ok=True)
    os.environ["HOME"] = str(home)
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)  # the kernel is a new Python
    if settings["confine"]:
        uid: int | None = settings["uid"]
        if uid is not None:
            os.chown(home, uid, uid)
        confine.confine(settings["readable"], [str(home), "/dev/null"], uid=uid, sockets=True)
    os.chdir(home)
    manager = KernelManager(transport="ipc", kernel_name="python3", connection_file=str(home / "kernel.json"))
    manager.start_kernel(cwd=str(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=STARTUP)
    line.send({"ready": True})
    line.send({"confined": bool(settings["confine"])})
    try:
        _serve(line, manager, client, home)
    except Broken:
        pass
    finally:
        manager.shutdown_kernel(now=True)


def _serve(line: Line, manager: Any, client: Any, home: Path) -> None:
    while True:
        frame = line.receive()
        match frame.get("do"):
            case "files":
                inside.put_files(frame["files"], home)
            case "environment":
                _execute(client, manager, f"import os; os.environ.update({frame['environment']!r})", 30.0, None)
            case "run":
                _execute(client, manager, str(frame["source"]), float(frame["seconds"]), line)
                line.send({"done": "run"})
            case "ask" | "call":
                line.send({"done": frame["do"], **_answer(client, manager, frame)})


def _execute(client: Any, manager: Any, source: str, seconds: float, line: Line | None, question: str = "") -> Frame:
    """Run a cell, pass its outputs on to `line`, and return the reply.  It is interrupted after `seconds`."""
    asked = {"answer": question} if question else {}
    request = client.execute(source, store_history=line is not None, user_expressions=asked, allow_stdin=False)
    deadline, interrupted = time.monotonic() + seconds, False
    while True:
        try:
            message = client.get_iopub_msg(timeout=0.2)
        except Empty:
            if not manager.is_alive():
                raise Broken("the kernel has died") from None
            if time.monotonic() > deadline:
                if interrupted:
                    raise Broken("the kernel could not be interrupted") from None
                manager.interrupt_kernel()
                deadline, interrupted = time.monotonic() + PATIENCE, True
            continue
        if message["parent_header"].get("msg_id") != request:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "status" and content["execution_state"] == "idle":
            break
        if line is not None and kind in ("stream", "display_data", "execute_result", "error"):
            line.send({"output": {**content, "output_type": kind}})
        if time.monotonic() > deadline and not interrupted:  # one that never stops talking
            manager.interrupt_kernel()
            deadline, interrupted = time.monotonic() + PATIENCE, True
    while True:
        reply: Frame = client.get_shell_msg(timeout=PATIENCE)
        if reply["parent_header"].get("msg_id") == request:
            return reply


def _answer(client: Any, manager: Any, frame: Frame) -> Frame:
    """Have a question answered in the kernel, as text of JSON."""
    asked = json.dumps(frame)
    code = "__import__('json').dumps(__import__('swarmlab.grade.inside', fromlist=['x']).answer(get_ipython(), {}))"
    reply = _execute(client, manager, "", 60.0, None, code.format(f"__import__('json').loads({asked!r})"))
    try:
        shown = reply["content"]["user_expressions"]["answer"]["data"]["text/plain"]
        found: Frame = json.loads(ast.literal_eval(shown))
    except (KeyError, ValueError, SyntaxError, TypeError):
        return {"error": "the notebook's kernel gave no answer"}
    return found if isinstance(found, dict) else {"error": "the notebook's kernel gave no answer"}
