"""``/exec``: more processes in a running container.  moby: ``daemon/exec.go``."""

import posixpath
import re
from typing import TYPE_CHECKING

from swarmlab.api.attach import Keyboard, detach_keys, hijacked
from swarmlab.api.call import Call, empty, quote, reply
from swarmlab.api.frames import STDERR, STDOUT, joined
from swarmlab.api.programs import Chunk
from swarmlab.api.runs import Run
from swarmlab.api.shapes import BOOL, STRING, STRINGS, UINT, ListOf, Struct
from swarmlab.core.agent import images, runc
from swarmlab.core.agent.container import Container, ContainerState, Exec
from swarmlab.errors import Conflict, InvalidArgument, NotFound, Unknown
from swarmlab.wire import Response

if TYPE_CHECKING:
    from swarmlab.api.app import App

CREATE = Struct(
    "container.ExecOptions",
    {
        "User": STRING,
        "Privileged": BOOL,
        "Tty": BOOL,
        "ConsoleSize": ListOf(UINT, 2),
        "AttachStdin": BOOL,
        "AttachStderr": BOOL,
        "AttachStdout": BOOL,
        "Detach": BOOL,
        "DetachKeys": STRING,
        "Env": STRINGS,
        "WorkingDir": STRING,
        "Cmd": STRINGS,
    },
)
START = Struct("container.ExecStartOptions", {"Detach": BOOL, "Tty": BOOL, "ConsoleSize": ListOf(UINT, 2)})


def create(call: Call) -> Response:
    """``POST /containers/{id}/exec``."""
    json = call.json(CREATE)
    if not json.get("Cmd"):
        raise InvalidArgument("No exec command specified")
    container = call.engine.find(call.args["id"])
    if not container.is_running:
        raise Conflict(f"container {container.id} is not running")
    if container.state is ContainerState.PAUSED:
        raise Conflict(f"Container {call.args['id']} is paused, unpause the container before exec")
    try:
        detach_keys(json.get("DetachKeys", ""))
    except InvalidArgument:
        raise Unknown(f"Invalid escape keys ({json['DetachKeys']}) provided") from None
    if call.is_modern:
        runc.check_user(images.find(container.image_id), json.get("User", ""))
    made = call.engine.execs.create(
        container,
        Exec(
            id="",
            container_id=container.id,
            argv=tuple(json["Cmd"]),
            tty=json.get("Tty", False),
            stdin=json.get("AttachStdin", False),
            stdout=json.get("AttachStdout", False),
            stderr=json.get("AttachStderr", False),
            env=tuple(json.get("Env", ())),
            user=json.get("User", ""),
            dir=_clean(json.get("WorkingDir", "")),
        ),
    )
    return reply({"Id": made.id}, 201)


def find(call: Call) -> tuple[Exec, Container]:
    """Return the exec in the path, and its container.  Raises NotFound."""
    exec_id = call.args["id"]
    process = call.engine.execs.get(exec_id)
    if process is None:
        begun = [e for e in call.engine.execs.all() if exec_id and e.id.startswith(exec_id)]
        if len(begun) != 1:
            raise NotFound(f"No such exec instance: {exec_id}")
        process = begun[0]
    return process, call.engine.containers[process.container_id]


def start(call: Call) -> Response:
    """``POST /exec/{id}/start``: the process begins, and the connection becomes its terminal."""
    json = call.json(START)
    process, container = find(call)
    if not container.is_running:
        raise Conflict(f"container {container.id} is not running")
    call.engine.execs.start(process)
    image = images.find(container.image_id)
    refusal = runc.exec_refusal(container, image, process.argv[0], process.user, process.dir)
    if refusal:
        call.engine.execs.end(process, refusal.exit_code if call.is_modern else 126)
        output = [Chunk(STDOUT, f"{refusal.text}{_unknown(call, refusal)}\r\n".encode())]
        run = None
    else:
        output = []
        run = call.app.runs.begin_exec(call.host.name, container, process)
    size = json.get("ConsoleSize", [])
    if run is not None and len(size) == 2:
        run.resize(size[0], size[1])
    if json.get("Detach", False):
        if refusal:
            raise InvalidArgument(refusal.text)
        if run is not None:
            run.close_write()
        return empty()
    tty = json.get("Tty", False)  # how the client wants the stream; the process may have a terminal all the same
    status, headers = hijacked(call, tty=tty)
    stream = ExecStream(call.app, process, run, output, framed=not tty)
    return Response(status, (*headers, *call.app.identity), stream, hijack=True)


def _clean(folder: str) -> str:
    """Return a folder without detours: ``/etc/..`` is ``/``."""
    return posixpath.normpath(folder) if folder.startswith("/") else folder


def _unknown(call: Call, refusal: runc.Refusal) -> str:
    """Return what older engines put behind the words of the runtime, not behind their own of an unknown user."""
    return ": unknown" if refusal.text.startswith("OCI") and not call.is_modern else ""


class ExecStream:
    """The terminal of one exec."""

    def __init__(self, app: "App", process: Exec, run: Run | None, output: list[Chunk], *, framed: bool) -> None:
        self._app = app
        self._framed = framed
        self._exec = process
        self._run = run
        self._output = output
        self._wanted = {STDOUT: process.stdout, STDERR: process.stderr}
        self._keyboard = Keyboard(detach_keys(""), tty=process.tty)

    def read(self) -> bytes | None:
        """Return new output."""
        if self._app.closed or self._keyboard.detached:
            return None
        output, self._output = self._output, []
        if self._run is not None:
            self._app.poll()
            output += [chunk for chunk in self._run.take() if self._wanted.get(chunk.stream, True)]
        data = joined(output, framed=self._framed)
        if data:
            return data
        return b"" if self._exec.running else None

    def write(self, data: bytes) -> None:
        """Pass on what the client types."""
        typed = self._keyboard.take(data)
        if typed and self._run is not None and self._exec.stdin:
            self._run.write(typed)

    def close_write(self) -> None:
        """The client types no more."""
        if self._run is not None:
            self._run.close_write()

    def close(self) -> None:
        """The client has gone.  As in Docker the process goes on, without anybody to type."""
        self.close_write()


def inspect(call: Call) -> Response:
    """``GET /exec/{id}/json``."""
    process, container = find(call)
    first, *rest = process.argv
    settings = {"tty": process.tty, "entrypoint": first, "arguments": rest, "privileged": False}
    if process.user:
        settings["user"] = process.user
    return reply(
        {
            "ID": process.id,
            "Running": process.running,
            "ExitCode": process.exit_code,
            "ProcessConfig": settings,
            "OpenStdin": process.stdin,
            "OpenStderr": process.stderr,
            "OpenStdout": process.stdout,
            "CanRemove": False,
            "ContainerID": container.id,
            "DetachKeys": "",
            "Pid": process.pid,
        }
    )


def resize(call: Call) -> Response:
    """``POST /exec/{id}/resize``."""
    height, width = size_of(call)
    process, _ = find(call)
    run = call.app.runs.exec(call.host.name, process.id)
    if run is not None:
        run.resize(height, width)
    return empty()


def size_of(call: Call) -> tuple[int, int]:
    """Return the terminal's height and width in the query.  Raises InvalidArgument."""
    values = []
    for name, what in (("h", "height"), ("w", "width")):
        text = call.param(name)
        is_number = re.fullmatch(r"[+-]?\d+", text, re.ASCII)
        if is_number and 0 <= int(text[:20]) < 2**32:
            values.append(int(text))
        elif call.is_modern:
            why = "value out of range" if is_number else "invalid syntax"
            raise InvalidArgument(f"invalid resize {what} {quote(text)}: {why}")
        elif is_number:
            values.append(0)
        else:
            raise InvalidArgument(f"strconv.Atoi: parsing {quote(text)}: invalid syntax")
    return values[0], values[1]
