"""Gradebooks to test with: a file, and a PostgreSQL server of our own that listens on nothing but a socket."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import postgresql


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run PostgreSQL; yield the address of an empty database."""
    programs = Path(postgresql() or "")
    folder = Path(tempfile.mkdtemp(prefix="swarmlab-pg-"))
    who = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name  # it refuses to run as root
    if os.geteuid() == 0:
        shutil.chown(folder, who)

    def do(program: str, *arguments: str) -> None:
        as_other = {"user": who, "extra_groups": []} if os.geteuid() == 0 else {}
        subprocess.run(
            [programs / program, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, **as_other,
        )  # fmt: skip

    do("initdb", "-D", "data", "-U", "grader", "--auth=trust", "--no-sync")
    do("pg_ctl", "-D", "data", "-w", "-o", f"-c listen_addresses='' -k {folder}", "-l", "log", "start")
    try:
        do("createdb", "-h", str(folder), "-U", "grader", "grades")
        yield f"postgresql+psycopg://grader@/grades?host={folder}"
    finally:
        do("pg_ctl", "-D", "data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
