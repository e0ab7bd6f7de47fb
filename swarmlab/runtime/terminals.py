"""Terminals on the hosts of a lab that runs in this process: the end to which ``swarmlab shell`` connects.

A unix socket for its owner alone, ``terminals-NAME.sock``; one thread for each terminal.  Both sides write lines of
JSON.  The terminal: ``{"host", "columns", "tty"}`` first, then ``{"run", "columns"}``, ``{"keys"}`` (base64; "" is the
end of input), ``{"interrupt"}``, ``{"columns"}``, ``{"complete"}``.  The lab: ``{"prompt"}`` or ``{"error"}`` first,
then ``{"write", "stream"}``, ``{"listen"}`` ("raw", "lines", ""), ``{"words", "fragment"}``, ``{"more"}`` when a
command is not complete, and ``{"done", "prompt"}``.
"""

import base64
import json
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from swarmlab.runtime import sockets
from swarmlab.shell.live import LiveMachine, Pace

if TYPE_CHECKING:
    from swarmlab.lab import Lab

PREFIX = "terminals-"


class Terminals:
    """Terminals of `lab`, at ``DIRECTORY/terminals-NAME.sock``."""

    def __init__(self, lab: "Lab", pace: Pace, directory: Path, name: str) -> None:
        """Listen.  Raises what `sockets.listen_unix` raises."""
        self._lab = lab
        self._pace = pace
        self._listening = sockets.listen_unix(directory, [PREFIX + name])[PREFIX + name]
        self.path = directory / f"{PREFIX}{name}.sock"
        self._terminals: set[_Terminal] = set()
        threading.Thread(target=self._accept, name="swarmlab-terminals", daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                connection, _ = self._listening.accept()
                terminal = _Terminal(self._lab, self._pace, connection, self._terminals.discard)
                self._terminals.add(terminal)
                threading.Thread(target=terminal.serve, name="swarmlab-terminal", daemon=True).start()

    def close(self) -> None:
        """Stop listening and hang up."""
        if self._listening.fileno() < 0:
            return
        sockets.unlink(self._listening)
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for terminal in list(self._terminals):
            terminal.hang_up()


class _Terminal:
    """One person at one host."""

    def __init__(self, lab: "Lab", pace: Pace, connection: socket.socket, ended: "Callable[[_Terminal], None]") -> None:
        self._lab = lab
        self._pace = pace
        self._connection = connection
        self._ended = ended
        self._sending = threading.Lock()
        self._machine: LiveMachine | None = None

    def serve(self) -> None:
        """Do what the terminal asks until it hangs up."""
        try:
            with self._connection.makefile("rb") as lines, suppress(OSError, ValueError, KeyError, TypeError):
                self._open(json.loads(lines.readline()))
                if self._machine is not None:
                    for line in lines:
                        self._do(self._machine, json.loads(line))
        finally:
            if self._machine is not None:
                self._machine.interrupt()
            self._ended(self)
            self.hang_up()

    def hang_up(self) -> None:
        """Close the connection."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _open(self, asked: dict[str, Any]) -> None:
        host = asked["host"]
        if host not in self._lab.hosts:
            self._send({"error": f'there is no host "{host}"; the hosts are {", ".join(self._lab.hosts)}'})
            return
        version = self._lab.session.simulation.profile.api_version
        machine = LiveMachine(host, self._lab, self._pace, lambda how: self._send({"listen": how}), version=version)
        machine.columns = int(asked["columns"])
        machine.is_terminal = bool(asked.get("tty"))
        self._machine = machine
        self._send({"prompt": machine.prompt})

    def _do(self, machine: LiveMachine, asked: dict[str, Any]) -> None:
        if "run" in asked:
            line = str(asked["run"])
            machine.columns = int(asked["columns"])
            if not asked.get("last") and not machine.is_complete(line):
                self._send({"more": True})
                return
            threading.Thread(target=self._run, args=(machine, line), name="swarmlab-typed", daemon=True).start()
        elif "keys" in asked:
            machine.keyboard.press(base64.b64decode(asked["keys"]))
        elif "interrupt" in asked:
            machine.interrupt()
        elif "columns" in asked:
            machine.columns = int(asked["columns"])
        elif "complete" in asked:
            words, fragment = machine.complete(str(asked["complete"]))
            self._send({"words": words, "fragment": fragment})

    def _run(self, machine: LiveMachine, line: str) -> None:
        status = 1
        try:
            status = machine.type(line, lambda stream, text: self._send({"write": text, "stream": stream}))
        except Exception as error:  # a defect of ours must not leave the terminal waiting for ever
            self._send({"write": f"swarmlab: {error!r}\n", "stream": 2})
        self._send({"done": status, "prompt": machine.prompt})

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode() + b"\n"
        with self._sending, suppress(OSError):  # it has hung up
            self._connection.sendall(data)


def notebook_name(number: int) -> str:
    """Return the name of the lab with this number in this process."""
    return f"notebook-{os.getpid()}" + (f"-{number}" if number else "")
