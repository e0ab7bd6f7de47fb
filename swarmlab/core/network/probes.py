"""What a health check finds out: a small shell line run against the simulated world.

The engine asks with a `Probe` on the queue; the answer, a `Probed`, comes back when the command has ended.  Checks
need no process of their own: they look at files, ask a server, try a port.  So the commands of `probetools` are
enough, joined by ``;``, ``&&``, ``||``, ``|`` and ``!``, with redirections and the container's variables.

Simplified: a check that says more than that fails, and says so in its output (``docker inspect``, State.Health.Log).
"""

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

from swarmlab.core.network.applications import FindImage
from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.probetools import Outcome, Tools, Unknown, base_name
from swarmlab.core.network.world import Place
from swarmlab.core.queue import Queue
from swarmlab.core.units import MILLISECOND

#: What starting a process in a container takes; recordings of real engines have 45 to 120 ms.
EXEC = 50 * MILLISECOND


class Probe(NamedTuple):
    """A question of an engine: what comes of `argv` in this container?  The answer is a `Probed`."""

    host: str
    container_id: str
    exec_id: str
    argv: tuple[str, ...]
    env: tuple[str, ...]
    timeout: int
    background: bool  # nobody waits for what comes of it (see `queue.Event`)


class Probed(NamedTuple):
    """The answer: the command has ended, or its time is over (exit code None)."""

    container_id: str
    exec_id: str
    exit_code: int | None
    output: str


class Probes:
    """The component that answers engines.  It sees the world as any program in the container does."""

    address = "probes"

    def __init__(self, net: DataPlane, queue: Queue, find_image: FindImage) -> None:
        self._net = net
        self._queue = queue
        self._find_image = find_image

    def receive(self, payload: object) -> None:
        """Take a question off the queue."""
        if isinstance(payload, Probe):
            with self._net.unseen():
                code, out, err, takes = self.outcome(payload)
            answer = Probed(payload.container_id, payload.exec_id, code, out + err)
            if takes > payload.timeout:
                takes, answer = payload.timeout, answer._replace(exit_code=None, output="")
            self._queue.after(EXEC + takes, f"engine/{payload.host}", answer, background=payload.background)

    def outcome(self, probe: Probe) -> Outcome:
        """Return what comes of a check that is run now."""
        place = Place(probe.host, probe.container_id)
        container = self._net.views.container(place)
        if container is None:
            return Outcome(137)  # it has gone in the same instant
        tools = Tools(self._net, place, container, self._find_image(container.image_id))
        return Script(tools, probe.env).run(probe.argv)


class Script:
    """One run of a check."""

    def __init__(self, tools: Tools, env: tuple[str, ...]) -> None:
        self._tools = tools
        self._env = dict(item.split("=", 1) for item in env if "=" in item)

    def run(self, argv: tuple[str, ...]) -> Outcome:
        """Run a program with its arguments: a shell's line, or one command."""
        name = base_name(argv[0])
        try:
            if name in ("sh", "ash", "bash") and len(argv) == 3 and argv[1].startswith("-") and argv[1].endswith("c"):
                return self._list(argv[2])
            return self._tools.run(list(argv), "")
        except Unknown as error:
            return Outcome(1, err=f"this simulation cannot run the check: {error}\n")

    def _list(self, text: str) -> Outcome:
        """Run commands joined by ``;``, ``&&`` and ``||``."""
        code, takes, out, err = 0, 0, "", ""
        for joint, words in _split(_tokens(self._filled_in(text)), (";", "&&", "||", "\n")):
            if not words or (joint == "&&" and code) or (joint == "||" and not code):
                continue
            if words[0] == "exit":
                number = words[1] if len(words) > 1 else ""
                return Outcome(int(number) & 255 if number.isdigit() else code, out, err, takes)
            done = self._pipeline(words)
            code, out, err, takes = done.exit_code, out + done.out, err + done.err, takes + done.takes
        return Outcome(code, out, err, takes)

    def _filled_in(self, text: str) -> str:
        """Put in the values of variables.  Raises Unknown for anything else that begins with a dollar sign."""
        text = re.sub(r"\$(?:\{(\w+)\}|([A-Za-z_]\w*))", lambda m: self._env.get(m.group(1) or m.group(2), ""), text)
        if "$" in text or "`" in text:
            raise Unknown(f"no substitution: {text}")
        return text

    def _pipeline(self, words: list[str]) -> Outcome:
        negated = words[0] == "!"
        given, takes, err = "", 0, ""
        done = Outcome()
        for _, command in _split(words[1:] if negated else words, ("|",)):
            done = self._redirected(command, given)
            given, takes, err = done.out, takes + done.takes, err + done.err
        code = int(not done.exit_code) if negated else done.exit_code
        return Outcome(code, given, err, takes)

    def _redirected(self, words: list[str], given: str) -> Outcome:
        """Run a simple command whose output may go elsewhere: ``> /dev/null 2>&1``."""
        plain: list[str] = []
        goes = {"1": "1", "2": "2"}  # stream -> where it goes: another stream, or "" for a file
        rest = iter(words)
        for word in rest:
            if word in (">", ">>", ">&", "&>"):
                stream = plain.pop() if plain and plain[-1] in goes and word != "&>" else "1"
                target = next(rest, "")
                if word == ">&" and target in goes:
                    goes[stream] = goes[target]
                elif word in (">&", "&>"):
                    goes = {"1": "", "2": ""}
                else:
                    goes[stream] = ""
            elif word in ("<", "&", "(", ")"):
                raise Unknown(f'no "{word}" in a check')
            else:
                plain.append(word)
        if not plain:
            raise Unknown("an empty command")
        done = self._tools.run(plain, given)
        written = {"": "", "1": "", "2": ""}
        for stream, text in (("1", done.out), ("2", done.err)):
            written[goes[stream]] += text
        return done._replace(out=written["1"], err=written["2"])


def _tokens(text: str) -> list[str]:
    """Return the words and operators of a line.  Raises Unknown when a quote is not closed."""
    lexer = shlex.shlex(text.replace("\n", ";"), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError as error:
        raise Unknown(f"{error}: {text}") from error


def _split(words: list[str], operators: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Return (operator before it, words) for each part of `words` between `operators`."""
    joint = ""
    part: list[str] = []
    for word in words:
        if word in operators:
            yield joint, part
            joint, part = word, []
        else:
            part.append(word)
    yield joint, part
