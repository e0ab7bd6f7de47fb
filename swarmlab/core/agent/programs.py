"""What a container's process will do, worked out when it starts.

There is no real process.  A program is known by its command line; what it does is a *plan*: a list of
steps with times (print, end), what it listens on, and how it takes a stop signal.  Plans are data, so a
running container can be copied and rewound.  Commands without a plan (`ip a`, `nslookup web`) are run by
the sandboxed shell outside the core, which then reports their end.

Simplified: of shell scripts, the plan knows `sleep`, `echo` (also ``>&2``), `touch`, `rm -f`, `exit`, `true`, `false`,
`:`, `trap`, sequences with ``;``, ``&&``, ``||`` and one endless ``while`` loop.  That covers what Swarm lessons run as
services.
"""

import re
import shlex
from functools import lru_cache
from typing import NamedTuple

from swarmlab.core.units import DAY, HOUR, MINUTE, SECOND

STDOUT, STDERR = 1, 2


class Step(NamedTuple):
    """After `delay`, write `text` to `stream`, make or remove a file, or end with `exit_code` if that is not None."""

    delay: int
    text: str = ""
    stream: int = STDOUT
    exit_code: int | None = None
    makes: str = ""  # the path of a file, empty if it was not there
    removes: str = ""


class Plan(NamedTuple):
    """The future of a process."""

    steps: tuple[Step, ...] = ()
    repeat_from: int | None = None  # after the last step go on with this one: an endless loop
    listens: dict[int, str] = {}  # TCP port -> application
    datagrams: dict[int, str] = {}  # the same of UDP
    on_stop: int | None = None  # exit code when sent the image's stop signal; None: takes no notice
    external: bool = False  # run by the sandboxed shell, outside the core
    not_found: str = ""  # this executable is not in the image
    configures: str = ""  # a server that reads its configuration before it listens: nginx, haproxy


_TO_STDERR = "\x02"  # stands for ``>&2``: a word that no script has
#: Seconds of the suffixes that `sleep` knows.
_SLEEP = {"": SECOND, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}

#: Applications: program -> (ports, exit code on its stop signal, first words in the log).
SERVERS: dict[str, tuple[dict[int, str], int, tuple[Step, ...]]] = {
    "httpd-foreground": (
        {80: "httpd"},
        0,
        (
            Step(
                0,
                "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using"
                " 127.0.1.1. Set the 'ServerName' directive globally to suppress this message\n",
                STDERR,
            ),
            Step(
                0, "[mpm_event:notice] AH00489: Apache/2.4.65 (Unix) configured -- resuming normal operations\n", STDERR
            ),
        ),
    ),
    "redis-server": ({6379: "redis"}, 0, (Step(0, "* Ready to accept connections tcp\n"),)),
    "postgres": (
        {5432: "postgres"},
        0,
        (Step(0, "LOG:  database system is ready to accept connections\n", STDERR),),
    ),
    "mysqld": ({3306: "mysql"}, 0, (Step(0, "[System] [Server] /usr/sbin/mysqld: ready for connections.\n", STDERR),)),
    "mariadbd": ({3306: "mysql"}, 0, (Step(0, "[Note] mariadbd: ready for connections.\n", STDERR),)),
    "php-fpm": ({9000: "php-fpm"}, 0, (Step(0, "NOTICE: ready to handle connections\n", STDERR),)),
    "apache2-foreground": (
        {80: "php"},
        0,
        (Step(0, "[mpm_prefork:notice] AH00163: Apache/2.4.65 (Debian) PHP configured\n", STDERR),),
    ),
    # Docker's voting app
    "gunicorn": ({80: "gunicorn"}, 0, (Step(0, "[INFO] Listening at: http://0.0.0.0:80\n", STDERR),)),
    "node": ({80: "node"}, 0, (Step(0, "App running on port 80\nConnected to db\n"),)),
    "worker": ({}, 143, (Step(0, "Connected to db\nFound redis\n"),)),
    "node-visualizer": ({8080: "node"}, 0, (Step(0, "undefined\nrequest handler was called.\n"),)),
    "/whoami": ({80: "whoami"}, 0, (Step(0, "Starting up on port 80\n"),)),
    "/app/http": ({8000: "jwilder"}, 0, (Step(0, "Listening on :8000\n", STDERR),)),
}
#: Servers that listen where their configuration says: program -> what they are.
CONFIGURED = ("nginx", "haproxy")

_ROOT_PASSWORD = ("ROOT_PASSWORD", "ROOT_PASSWORD_FILE", "ALLOW_EMPTY_PASSWORD", "RANDOM_ROOT_PASSWORD")
#: Databases that refuse to begin without a password: what their entrypoint looks for, and what it says.
_PASSWORDS: dict[str, tuple[tuple[str, ...], str]] = {
    "postgres": (
        ("POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_HOST_AUTH_METHOD"),
        "Error: Database is uninitialized and superuser password is not specified.\n"
        "       You must specify POSTGRES_PASSWORD to a non-empty value for the\n"
        '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n\n'
        '       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all\n'
        "       connections without a password. This is *not* recommended.\n",
    ),
    **{
        program: (
            tuple(f"{brand}_{what}" for brand in brands for what in _ROOT_PASSWORD),
            "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n"
            "    You need to specify one of the following as an environment variable:\n"
            f"    - {brands[0]}_ROOT_PASSWORD\n    - {brands[0]}_ALLOW_EMPTY_PASSWORD\n"
            f"    - {brands[0]}_RANDOM_ROOT_PASSWORD\n",
        )
        for program, brands in (("mysqld", ("MYSQL",)), ("mariadbd", ("MARIADB", "MYSQL")))
    },
}

#: Those that are sent datagrams.
DATAGRAM_SERVERS: dict[str, tuple[dict[int, str], tuple[Step, ...]]] = {
    "/whoamiudp": ({8080: "whoamiudp"}, (Step(0, "Starting up on port 8080\n"),)),
}

#: Programs that never end by themselves and listen to nobody.
ENDLESS = ("top", "yes", "watch")


@lru_cache(maxsize=1024)  # a service's containers are all alike
def plan(
    argv: tuple[str, ...],
    known: frozenset[str],
    *,
    interactive: bool = False,
    init: bool = False,
    env: tuple[str, ...] = (),
) -> Plan:
    """Return what the process `argv` will do in an image that has the programs `known`.

    `interactive`: its standard input stays open.  `init`: a small init runs as process 1, so that the
    default action of a signal (to end) applies; a bare process 1 takes no notice of SIGTERM.  `env`: ``key=value``.
    """
    if not argv:
        return Plan(not_found="")
    program = argv[0].rsplit("/", 1)[-1]
    if program in ("docker-entrypoint.sh", "docker-php-entrypoint") and program in known and argv[1:]:
        # it prepares, then becomes the command
        return _refusal(argv[1], env) or plan(argv[1:], known, interactive=interactive, init=init, env=env)
    term = 143 if init else None
    if program not in known:
        return Plan(not_found=argv[0])
    if argv[0] in DATAGRAM_SERVERS:
        datagrams, first = DATAGRAM_SERVERS[argv[0]]
        return Plan(steps=first, datagrams=datagrams, on_stop=0)
    server = SERVERS.get(argv[0]) or SERVERS.get(program)
    if server:
        listens, code, first = server
        return Plan(steps=first, listens=listens, on_stop=code)
    if program in CONFIGURED:
        return Plan(on_stop=0, configures=program)
    if program in ("sh", "ash", "bash"):
        return _shell(argv, interactive, term)
    steps = _command(list(argv))
    if steps is not None:
        return Plan(_ended(steps), on_stop=term)
    if program == "cat" and not argv[1:] and not interactive:
        return Plan((Step(0, exit_code=0),))  # its input is at its end from the beginning
    if program in ENDLESS or (program == "tail" and "-f" in argv):
        return Plan(on_stop=term)
    return Plan(external=True, on_stop=term)


def _refusal(program: str, env: tuple[str, ...]) -> Plan | None:
    """Return the end of a database that was told no password; None for whatever else."""
    names, text = _PASSWORDS.get(program, ((), ""))
    if not names or any(value for name, _, value in (entry.partition("=") for entry in env) if name in names):
        return None
    return Plan((Step(0, text, STDERR), Step(0, exit_code=1)))


def _shell(argv: tuple[str, ...], interactive: bool, term: int | None) -> Plan:
    if len(argv) >= 3 and argv[1].startswith("-") and argv[1].endswith("c"):
        scripted = script(argv[2], term)
        return scripted if scripted is not None else Plan(external=True, on_stop=term)
    # A shell reading from an open terminal waits there; one without input ends at once.
    return Plan(external=True, on_stop=term) if interactive else Plan((Step(0, exit_code=0),))


def script(text: str, on_stop: int | None = None) -> Plan | None:
    """Return the plan of a small shell script, None if it says more than plans can."""
    trap = re.match(r"\s*trap\s+(?:(['\"])(.*?)\1|(\S+))\s+([A-Z0-9 ]+?)\s*(?:;|\n|$)", text)
    if trap:
        action = trap.group(2) if trap.group(1) else trap.group(3) or ""
        leave = re.search(r"exit\s*(\d*)", action)
        on_stop = int(leave.group(1) or 0) if leave else None
        text = text[trap.end() :]
    loop = re.match(r"(.*?)\bwhile\s+(?:true|:|\[ 1 \])\s*;?\s*do\b(.*)\bdone\s*;?\s*$", text, re.DOTALL)
    before = _sequence(loop.group(1) if loop else text)
    if before is None:
        return None
    if not loop or (before and before[-1].exit_code is not None):
        return Plan(_ended(before), on_stop=on_stop)
    body = _sequence(loop.group(2))
    if body is None:
        return None
    if body and body[-1].exit_code is not None:
        return Plan((*before, *body), on_stop=on_stop)
    if not any(step.delay for step in body):
        body = (*body, Step(SECOND))  # a loop that never waits would print without end in no time
    return Plan((*before, *body), repeat_from=len(before), on_stop=on_stop)


def _ended(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return steps if steps and steps[-1].exit_code is not None else (*steps, Step(0, exit_code=0))


def _sequence(text: str) -> tuple[Step, ...] | None:
    """Return the steps of commands joined by ``;``, newlines, ``&&`` and ``||``; None if beyond us."""
    text = re.sub(r"\s1?>&2(?=\s*(?:[;\n&|]|$))", f" {_TO_STDERR}", text)
    if re.search(r"[`<>|&(){}$](?<!&&)(?<!\|\|)", text.replace("&&", "").replace("||", "")):
        return None
    steps: list[Step] = []
    status = 0
    for joint, command in re.findall(r"(^|;|\n|&&|\|\|)([^;\n&|]*)", text):
        words = _words(command)
        if words is None:
            return None
        if not words or (joint == "&&" and status) or (joint == "||" and not status):
            continue
        if words[0] == "exit":
            code = int(words[1]) if len(words) > 1 and words[1].isascii() and words[1].isdigit() else status
            return (*steps, Step(0, exit_code=code & 255))
        done = _command(words)
        if done is None:
            return None
        status = done[-1].exit_code or 0 if done and done[-1].exit_code is not None else 0
        steps.extend(step for step in done if step.exit_code is None)
    if status:
        steps.append(Step(0, exit_code=status))
    return tuple(steps)


def _words(command: str) -> list[str] | None:
    try:
        return shlex.split(command)
    except ValueError:
        return None


def _command(words: list[str]) -> tuple[Step, ...] | None:
    """Return the steps of one simple command, None if it is not one of those that only take time."""
    program, args = words[0].rsplit("/", 1)[-1], words[1:]
    if program == "sleep":
        total = 0
        for arg in args:
            match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", arg)
            if match is None and arg not in ("infinity", "inf"):
                return (Step(0, f"sleep: invalid number '{arg}'\n", STDERR), Step(0, exit_code=1))
            total += int(float(match.group(1)) * _SLEEP[match.group(2)]) if match else 10_000 * DAY
        return (Step(total),)
    if program == "echo":
        stream = STDERR if args[-1:] == [_TO_STDERR] else STDOUT
        args = args[:-1] if stream == STDERR else args
        newline = "" if args[:1] == ["-n"] else "\n"
        return (Step(0, " ".join(args[1:] if args[:1] == ["-n"] else args) + newline, stream),)
    if _TO_STDERR in args:
        return None
    if program == "touch" and args and all(path.startswith("/") for path in args):
        return tuple(Step(0, makes=path) for path in args)
    if program == "rm" and args[:1] == ["-f"] and args[1:] and all(path.startswith("/") for path in args[1:]):
        return tuple(Step(0, removes=path) for path in args[1:])
    if program in ("true", ":"):
        return ()
    if program == "false":
        return (Step(0, exit_code=1),)
    return None
